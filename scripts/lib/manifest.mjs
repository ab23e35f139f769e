// Holds package.json, package.nls*.json and the code against each other: what one names, the others have.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './install.mjs';

const read = (name) => readFileSync(join(root, name), 'utf8');
const readJson = (name) => JSON.parse(read(name));

export async function manifestFaults() {
  const manifest = readJson('package.json');
  return [
    ...(await commandFaults(manifest)),
    ...(await contextFaults(manifest)),
    ...textFaults(manifest),
    ...(await settingFaults(manifest)),
    ...iconFaults(manifest),
    ...versionFaults(manifest),
  ];
}

/** A typed list of names in the code, loaded as it is. What its file imports is left out: only the list is wanted. */
async function namesIn(file, list) {
  const { transform } = await import('esbuild');
  const { code } = await transform(read(file), { loader: 'ts' });
  const declaration = new RegExp(`^(?:export )?const ${list} = \\[[^\\]]*\\];`, 'm').exec(code);
  if (declaration === null) {
    throw new Error(`${file} declares no list ${list}`);
  }
  const source = `${declaration[0].replace(/^export /, '')}\nexport default ${list};`;
  return (await import(`data:text/javascript,${encodeURIComponent(source)}`)).default;
}

async function commandFaults({ contributes }) {
  const inCode = await namesIn('src/platform/commandIds.ts', 'commandIds');
  const contributed = contributes.commands.map(({ command }) => command);
  const entries = Object.values(contributes.menus).flat();
  const inMenus = entries.flatMap(({ command }) => command ?? []);
  const submenus = (contributes.submenus ?? []).map(({ id }) => id);
  const inKeys = (contributes.keybindings ?? []).map(({ command }) => command);
  return [
    ...inCode
      .filter((id) => !contributed.includes(id))
      .map((id) => `${id} is registered, but package.json does not contribute it`),
    ...contributed
      .filter((id) => !inCode.includes(id))
      .map((id) => `${id} is contributed, but no code registers it`),
    ...[...inMenus, ...inKeys]
      .filter((id) => !contributed.includes(id))
      .map((id) => `a menu or key names ${id}, which is no command`),
    ...entries
      .flatMap(({ submenu }) => submenu ?? [])
      .filter((id) => !submenus.includes(id))
      .map((id) => `a menu names ${id}, which is no submenu`),
    ...submenus.filter((id) => !(id in contributes.menus)).map((id) => `the submenu ${id} has no entries`),
    ...contributed
      .filter((id) => !id.startsWith('liveResponse.'))
      .map((id) => `${id} does not start with liveResponse.`),
  ];
}

function textFaults(manifest) {
  const used = new Set([...JSON.stringify(manifest).matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key));
  const english = Object.keys(readJson('package.nls.json'));
  const faults = [
    ...[...used].filter((key) => !english.includes(key)).map((key) => `package.nls.json lacks ${key}`),
    ...english
      .filter((key) => !used.has(key))
      .map((key) => `package.nls.json has ${key}, which package.json does not use`),
    ...plainTexts(manifest.contributes).map(
      (text) => `package.json says "${text}" where package.nls.json should`,
    ),
  ];
  const translations = readdirSync(root).filter((name) => /^package\.nls\.[\w-]+\.json$/.test(name));
  const bundles = readdirSync(join(root, 'l10n')).filter((name) => /^bundle\.l10n\.[\w-]+\.json$/.test(name));
  return [
    ...faults,
    ...translations.flatMap((name) => translationFaults(name, english)),
    ...bundles.flatMap((name) =>
      translationFaults(`l10n/${name}`, Object.keys(readJson('l10n/bundle.l10n.json'))),
    ),
  ];
}

function translationFaults(name, keys) {
  const translated = Object.keys(readJson(name));
  return [
    ...keys.filter((key) => !translated.includes(key)).map((key) => `${name} lacks ${key}`),
    ...translated
      .filter((key) => !keys.includes(key))
      .map((key) => `${name} translates what is not there: ${key}`),
  ];
}

/** Titles, names and descriptions that are not %keys%. */
function plainTexts(value, key = '') {
  if (typeof value === 'string') {
    const isText =
      /^(title|name|label|description|markdownDescription|enumDescriptions|patternErrorMessage|contents|category|contextualTitle)$/.test(
        key,
      );
    return isText && !/^%.*%$/.test(value) ? [value] : [];
  }
  if (typeof value !== 'object' || value === null) {
    return [];
  }
  // The body of a snippet is the user's JSON.
  const entries = Object.entries(value).filter(([name]) => name !== 'body');
  return entries.flatMap(([name, each]) => plainTexts(each, Array.isArray(value) ? key : name));
}

/** Contexts that `when` clauses ask, and the states of the view that welcome texts wait for. */
async function contextFaults({ contributes }) {
  const file = 'src/platform/contextKeys.ts';
  const [keys, states] = [await namesIn(file, 'contextKeys'), await namesIn(file, 'viewStates')];
  const clauses = [];
  JSON.stringify(contributes, (key, value) => {
    if (key === 'when' || key === 'enablement') {
      clauses.push(value);
    }
    return value;
  });
  // A view has the name of a context, and is compared with one.
  const asked = clauses.flatMap(
    (clause) => clause.replaceAll(/(?:view|focusedView) == [\w.]+/g, '').match(/liveResponse\.\w+/g) ?? [],
  );
  const welcomed = contributes.viewsWelcome.flatMap(
    ({ when }) => /liveResponse\.state == '(\w+)'/.exec(when)?.[1] ?? [],
  );
  return [
    ...asked
      .filter((key) => !keys.includes(key))
      .map((key) => `a when clause asks ${key}, which nobody sets`),
    ...keys.filter((key) => !asked.includes(key)).map((key) => `${key} is set, but no when clause asks it`),
    ...welcomed
      .filter((state) => !states.includes(state))
      .map((state) => `a welcome text waits for the state ${state}, which there is not`),
    // While it loads, and when it lists something, there is nothing to say.
    ...states
      .filter((state) => !['loading', 'listed', ...welcomed].includes(state))
      .map((state) => `the state ${state} has no welcome text`),
  ];
}

async function settingFaults({ contributes, capabilities }) {
  const settings = contributes.configuration.properties;
  const file = 'src/platform/userSettings.ts';
  const named = (await namesIn(file, 'settingKeys')).map((key) => `liveResponse.${key}`);
  const used = [...read(file).matchAll(/(?:user|number)Setting\('([\w.]+)'/g)].map(
    ([, key]) => `liveResponse.${key}`,
  );
  const restricted = capabilities.untrustedWorkspaces.restrictedConfigurations;
  return [
    ...Object.entries(settings)
      .filter(([, { scope }]) => scope !== 'application')
      .map(([key]) => `${key} must have the scope "application"`),
    ...[...named, ...used]
      .filter((key) => !(key in settings))
      .map((key) => `the code reads ${key}, which is no setting`),
    ...Object.keys(settings)
      .filter((key) => !used.includes(key) || !named.includes(key))
      .map((key) => `${key} is a setting that no code reads`),
    ...restricted
      .filter((key) => !(key in settings))
      .map((key) => `restrictedConfigurations names ${key}, which is no setting`),
  ];
}

function iconFaults({ icon, contributes }) {
  const files = [icon, ...JSON.stringify(contributes).matchAll(/"(media\/[^"]+)"/g)].map((each) =>
    typeof each === 'string' ? each : each[1],
  );
  return files
    .filter((file) => file && !existsSync(join(root, file)))
    .map((file) => `${file} does not exist`);
}

/** An API newer than the oldest supported VS Code must not compile. */
function versionFaults({ engines, devDependencies, version }) {
  const oldest = engines.vscode.replace(/^\^/, '');
  const changelog = read('CHANGELOG.md');
  return [
    ...(devDependencies['@types/vscode'] === oldest ? [] : [`@types/vscode must be exactly ${oldest}`]),
    ...(changelog.includes(`## [${version}]`) ? [] : [`CHANGELOG.md has no section for ${version}`]),
    ...(/"resolved":/.test(read('package-lock.json')) ? ['package-lock.json names a registry'] : []),
  ];
}
