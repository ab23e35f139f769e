import type { ResultStore } from '../../results/download/store';

export { ActionDocuments } from './actionDocuments';
export { DocumentLanguages, documentLanguages } from './documentLanguages';
export {
  DocumentUris,
  addressOf,
  findTab,
  isCompared,
  outputColumn,
  scheme,
  showDocument,
} from './documentUris';
export { idsInEditor } from './idsInEditor';
export { ErrorTabs } from './errorTabs';
export { RestoreFailures } from './restore';
export { ResultBar } from './resultBar';
export { ResultFiles } from './resultFiles';
export { type LoadedAction, type LoadedResult, ResultLoader, readable } from './resultLoader';
export { ScriptEncodings, encodings } from './scriptEncodings';
export { FoldingAndOutline } from './foldingAndOutline';

/** The store of this window's results, in a chunk of its own. */
export async function loadResultStore(log: (line: string) => void): Promise<ResultStore> {
  return (await import('./resultStore')).createResultStore(log);
}
