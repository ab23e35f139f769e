import * as vscode from 'vscode';
import { type AuthKind, isGuid } from '../../connections/connectionSettings';
import type { Cloud, Region } from '../../defender/clouds';
import { faultOf } from '../../messages/settingWords';
import { changed, connectionOf, type Draft, idFor, usesSecret } from './draft';
import { askChoice, askText, back, type Back, type Choice, type Step } from '../../platform/multiStepInput';

const { l10n } = vscode;

export interface QuestionPorts {
  /** The ids that are taken by other connections. */
  readonly taken: readonly string[];
  /** A secret of this kind, for this app in this tenant, is stored already. */
  readonly secretStored: (draft: Draft) => boolean;
  /** The tenant's GUID for a GUID or a domain, or what is wrong. */
  readonly resolveTenant: (
    text: string,
    draft: Draft,
    signal: AbortSignal,
  ) => Promise<{ readonly tenantId: string } | { readonly fault: string }>;
  /** What is wrong with the certificate file, or whether its key wants a passphrase. */
  readonly judgeCertificate: (
    draft: Draft,
    signal: AbortSignal,
  ) => Promise<{ readonly encrypted: boolean } | { readonly fault: string }>;
}

/**
 * The questions for a connection, in the order in which a person knows the answers. The last one,
 * the test, is another's.
 */
export function questions(ports: QuestionPorts): readonly Step<Draft>[] {
  return [
    nameStep(ports),
    { ask: askPlace },
    addressStep('apiUrl', l10n.t('Enter the API URL (https, or http on this computer)')),
    addressStep(
      'authorityUrl',
      l10n.t('Enter the sign-in URL (https). Leave it empty to use the cloud’s default.'),
    ),
    tenantStep(ports),
    { ask: askAccess },
    { ask: askAuth },
    clientStep,
    certificateStep(ports),
    secretStep(ports),
  ];
}

function answered<T>(
  answer: T | Back | undefined,
  draft: Draft,
  change: (value: T) => Partial<Draft>,
): Draft | Back | undefined {
  return answer === undefined ? undefined : isBack(answer) ? back : changed(draft, change(answer));
}

function nameStep({ taken }: QuestionPorts): Step<Draft> {
  return {
    ask: async (draft, position) =>
      answered(
        await askText(
          {
            prompt: l10n.t('Enter a name for this tenant. The view shows it.'),
            placeholder: 'Contoso',
            value: draft.name,
            validate: (text) => (text.trim() === '' ? l10n.t('Enter a name.') : undefined),
          },
          position,
        ),
        draft,
        (text) => ({ name: text.trim(), id: draft.id === '' ? idFor(text, taken) : draft.id }),
      ),
  };
}

function isBack(answer: unknown): answer is Back {
  return answer === back;
}

interface Place {
  readonly cloud: Cloud;
  readonly region: Region | undefined;
  readonly custom: boolean;
}

function places({ cloud: present, region: presentRegion }: Draft): readonly Choice<Place>[] {
  const place = (label: string, detail: string, cloud: Cloud, region?: Region): Choice<Place> => ({
    label,
    detail,
    value: { cloud, region, custom: false },
  });
  const near = l10n.t('Commercial cloud through the API host in this region; the data is the same');
  return [
    place(l10n.t('Commercial'), l10n.t('The cloud for most organizations'), 'commercial'),
    place(l10n.t('Commercial, United States'), near, 'commercial', 'us'),
    place(l10n.t('Commercial, Europe'), near, 'commercial', 'eu'),
    place(l10n.t('Commercial, United Kingdom'), near, 'commercial', 'uk'),
    place(l10n.t('Commercial, Australia'), near, 'commercial', 'au'),
    place(l10n.t('Commercial, Switzerland'), near, 'commercial', 'swa'),
    place(l10n.t('Commercial, India'), near, 'commercial', 'ina'),
    place(l10n.t('Commercial, United Arab Emirates'), near, 'commercial', 'aea'),
    place('GCC', l10n.t('US government, moderate'), 'gcc'),
    place('GCC High', l10n.t('US government, high'), 'gccHigh'),
    place('DoD', l10n.t('US Department of Defense'), 'dod'),
    {
      label: l10n.t('Custom URLs…'),
      detail: l10n.t('Your own gateway to Defender'),
      // Addresses of their own change neither who signs in nor for what: a connection stays in its
      // cloud.
      value: { cloud: present, region: presentRegion, custom: true },
    },
  ];
}

const askPlace: Step<Draft>['ask'] = async (draft, position) => {
  const choices = places(draft);
  const active = choices.find(({ value }) =>
    draft.custom ? value.custom : value.cloud === draft.cloud && value.region === draft.region,
  )?.value;
  const placeholder = l10n.t('Select the tenant’s cloud');
  return answered(await askChoice({ placeholder, choices, active }, position), draft, (place) => place);
};

function addressStep(field: 'apiUrl' | 'authorityUrl', prompt: string): Step<Draft> {
  const fault = (draft: Draft, text: string): string | undefined => {
    const read = connectionOf({ ...draft, ...complete, [field]: text.trim() });
    return 'code' in read && read.field === field ? faultOf(read) : undefined;
  };
  return {
    applies: ({ custom }) => custom,
    ask: async (draft, position) =>
      answered(
        await askText(
          {
            prompt,
            placeholder: 'https://',
            value: draft[field],
            validate: (text) =>
              text.trim() === '' && field === 'apiUrl' ? l10n.t('Enter a URL.') : fault(draft, text),
          },
          position,
        ),
        draft,
        (text) => ({ [field]: text.trim() === '' ? undefined : text.trim() }),
      ),
  };
}

/** Enough for an entry to be read, so that one field of it can be judged. */
const complete = { id: 'x', tenantId: '00000000-0000-4000-8000-000000000000', auth: 'azureCli' } as const;

const domain = /^(?=.{3,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i;

/** A GUID as people paste it: in braces, in upper case, with blanks around. */
function pastedGuid(text: string): string {
  return text
    .trim()
    .replace(/^\{|\}$/g, '')
    .toLowerCase();
}

function tenantStep({ resolveTenant }: QuestionPorts): Step<Draft> {
  return {
    ask: async (draft, position) => {
      let tenantId = '';
      const answer = await askText(
        {
          prompt: l10n.t('Enter the tenant ID or one of the tenant’s domains'),
          placeholder: 'contoso.onmicrosoft.com',
          value: draft.tenantId,
          validate: (text) =>
            isGuid(pastedGuid(text)) || domain.test(text.trim())
              ? undefined
              : l10n.t('Enter a GUID or a domain.'),
          accept: async (text, signal) => {
            const resolved = isGuid(pastedGuid(text))
              ? { tenantId: pastedGuid(text) }
              : await resolveTenant(text.trim().toLowerCase(), draft, signal);
            if ('fault' in resolved) {
              return resolved.fault;
            }
            ({ tenantId } = resolved);
            return undefined;
          },
        },
        position,
      );
      return answered(answer, draft, () => ({ tenantId }));
    },
  };
}

function way<T>(value: T, label: string, detail: string): Choice<T> {
  return { value, label, detail };
}

const askAccess: Step<Draft>['ask'] = async (draft, position) => {
  const choices: readonly Choice<boolean>[] = [
    way(true, l10n.t('Read-only'), l10n.t('Lists actions and opens results; changes nothing in the tenant')),
    way(
      false,
      l10n.t('Allow changes'),
      l10n.t('Can also cancel machine actions; requires a permission such as Machine.LiveResponse'),
    ),
  ];
  const placeholder = l10n.t('Select what you can do through this connection');
  const active = draft.readOnly;
  return answered(await askChoice({ placeholder, choices, active }, position), draft, (readOnly) => ({
    readOnly,
  }));
};

const askAuth: Step<Draft>['ask'] = async (draft, position) => {
  const choices: readonly Choice<AuthKind>[] = [
    way(
      'microsoft',
      l10n.t('Microsoft account'),
      l10n.t('VS Code signs you in, and you see what your account has access to'),
    ),
    way(
      'clientCertificate',
      l10n.t('App registration with a certificate'),
      l10n.t('For a team or a shared computer; there is no secret to copy'),
    ),
    way(
      'clientSecret',
      l10n.t('App registration with a secret'),
      l10n.t('The secret is stored in this computer’s keychain'),
    ),
    way('azureCli', l10n.t('Azure CLI'), l10n.t('Uses “az login” on this computer')),
  ];
  const placeholder = l10n.t('Select how to sign in');
  return answered(await askChoice({ placeholder, choices, active: draft.auth }, position), draft, (auth) => ({
    auth,
  }));
};

const clientStep: Step<Draft> = {
  applies: ({ auth }) => auth !== 'azureCli',
  ask: async (draft, position) =>
    answered(
      await askText(
        {
          prompt: l10n.t('Enter the client ID of the app registration'),
          placeholder: '00000000-0000-0000-0000-000000000000',
          value: draft.clientId,
          validate: (text) =>
            isGuid(pastedGuid(text)) ? undefined : l10n.t('The client ID must be a GUID.'),
        },
        position,
      ),
      draft,
      (text) => ({ clientId: pastedGuid(text) }),
    ),
};

function certificateStep({ judgeCertificate }: QuestionPorts): Step<Draft> {
  return {
    applies: ({ auth }) => auth === 'clientCertificate',
    ask: async (draft, position) => {
      let encrypted = draft.encrypted;
      const answer = await askText(
        {
          prompt: l10n.t('Select the PEM file that contains the certificate and its private key'),
          value: draft.certificatePath,
          validate: (text) => (text.trim() === '' ? l10n.t('Enter a path.') : undefined),
          accept: async (text, signal) => {
            const judged = await judgeCertificate({ ...draft, certificatePath: text.trim() }, signal);
            if ('fault' in judged) {
              return judged.fault;
            }
            ({ encrypted } = judged);
            return undefined;
          },
          button: { icon: 'folder-opened', tooltip: l10n.t('Browse…'), run: browse },
        },
        position,
      );
      return answered(answer, draft, (text) => ({ certificatePath: text.trim(), encrypted }));
    },
  };
}

async function browse(): Promise<string | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: l10n.t('Select the PEM file that contains the certificate and its private key'),
    filters: { PEM: ['pem', 'crt', 'cer', 'key'] },
  });
  return chosen?.[0]?.fsPath;
}

function secretStep({ secretStored }: QuestionPorts): Step<Draft> {
  return {
    applies: usesSecret,
    ask: async (draft, position) => {
      const isSecret = draft.auth === 'clientSecret';
      const stored = secretStored(draft);
      const needed = isSecret
        ? l10n.t('Enter a secret.')
        : l10n.t('The key is encrypted. Enter a passphrase.');
      const answer = await askText(
        {
          prompt: isSecret ? secretPrompt(stored) : passphrasePrompt(stored),
          password: true,
          value: draft.secret,
          validate: (text) => (text.trim() === '' && !stored ? needed : undefined),
        },
        position,
      );
      return answered(answer, draft, (text) => ({
        secret: text.trim() === '' ? undefined : isSecret ? text.trim() : text,
      }));
    },
  };
}

function secretPrompt(stored: boolean): string {
  return stored
    ? l10n.t('Enter the client secret. Leave it empty to keep the stored one.')
    : l10n.t('Enter the value of the client secret, not its ID');
}

function passphrasePrompt(stored: boolean): string {
  return stored
    ? l10n.t('Enter the passphrase of the private key. Leave it empty to keep the stored one.')
    : l10n.t('Enter the passphrase of the private key');
}
