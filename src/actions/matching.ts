import type { MachineAction } from '../defender/machineAction';

/**
 * Whether all words of `text` occur in what an action says of itself, in whatever case. Undefined
 * for a text without words, which would let everything through.
 */
export function textTest(text: string): ((action: MachineAction) => boolean) | undefined {
  const words = text
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return words.length === 0
    ? undefined
    : (action) => {
        const said = whatIsSaid(action);
        return words.every((word) => said.includes(word));
      };
}

/** No word has a line break in it, so none is found across two fields. */
function whatIsSaid(action: MachineAction): string {
  const fields = [
    action.requestorComment,
    action.computerDnsName,
    action.machineId,
    action.requestor,
    action.id,
    action.status,
    action.type,
  ];
  for (const { subject, args } of action.commands) {
    fields.push(subject, args);
  }
  return fields.join('\n').toLowerCase();
}
