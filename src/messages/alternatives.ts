import { reader } from './reader';

/** Names of which one is enough, as the display language lists them: "A, B, or C". */
export function alternatives(names: readonly string[]): string {
  return new Intl.ListFormat(reader().language, { type: 'disjunction' }).format(names);
}
