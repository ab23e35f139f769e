/**
 * Every command, with what it is called with. Arguments come from menus, links and other
 * extensions, so they are unknown until they were checked. `npm run check` holds this list against
 * package.json.
 */
export interface CommandArguments {
  /**
   * A target (`ResultTarget`), a tree node, or a node and the nodes selected with it; nothing asks.
   * `row`: the ID of an activated row.
   */
  'liveResponse.openResult': [target?: unknown, selection?: unknown, row?: unknown];
  'liveResponse.openError': [target?: unknown, selection?: unknown];
  'liveResponse.openTranscript': [target?: unknown, selection?: unknown];
  'liveResponse.nextResult': [];
  'liveResponse.previousResult': [];
  /** Two rows; or one, or nothing, and the other is picked. */
  'liveResponse.compareResults': [target?: unknown, selection?: unknown];
  'liveResponse.compareWithPrevious': [target?: unknown];
  'liveResponse.reopenWithEncoding': [target?: unknown];
  /** Rows of the tree, an address, or nothing: the result that is shown. */
  'liveResponse.saveResult': [target?: unknown, selection?: unknown];
  'liveResponse.saveAllResults': [target?: unknown, selection?: unknown];
  'liveResponse.keepEvidence': [target?: unknown, selection?: unknown];
  'liveResponse.verifyEvidence': [];
  /** Rows of the tree, `{connection?, actionId}`, or nothing: the result that is shown. */
  'liveResponse.copyLink': [target?: unknown, selection?: unknown];
  'liveResponse.copyAsMarkdown': [target?: unknown, selection?: unknown];
  'liveResponse.copyWithProvenance': [];
  /** Rows of the tree; or nothing: the IDs in the active editor. */
  'liveResponse.openResults': [target?: unknown, selection?: unknown];
  /** These take a row of the tree or `{connection?, actionId}`, or ask. */
  'liveResponse.openAction': [target?: unknown, selection?: unknown, row?: unknown];
  'liveResponse.revealAction': [target?: unknown];
  'liveResponse.watchAction': [target?: unknown];
  'liveResponse.unwatchAction': [target?: unknown];
  'liveResponse.cancelAction': [target?: unknown];
  'liveResponse.downloadPackage': [target?: unknown];
  'liveResponse.openInPortal': [target?: unknown];
  'liveResponse.showOpenSessions': [];
  'liveResponse.copyActionId': [node?: unknown];
  /** Enter in the tree. */
  'liveResponse.openRow': [];
  'liveResponse.refresh': [];
  'liveResponse.loadMore': [];
  'liveResponse.loadEverything': [];
  'liveResponse.filter': [];
  'liveResponse.clearFilter': [];
  'liveResponse.filterOnMachine': [node?: unknown];
  'liveResponse.groupBy': [];
  'liveResponse.cancelLoading': [];
  /** A connection's id; nothing asks. */
  'liveResponse.switchConnection': [id?: unknown];
  'liveResponse.addConnection': [];
  /** A connection's id; without it, asks when there are several. */
  'liveResponse.editConnection': [id?: unknown];
  'liveResponse.removeConnection': [id?: unknown];
  'liveResponse.signOut': [id?: unknown];
  'liveResponse.showLog': [];
}

export type CommandId = keyof CommandArguments;

/** What runs each command. A feature gives those of its own. */
export type Handlers = {
  readonly [Id in CommandId]: (...args: CommandArguments[Id]) => Promise<void> | void;
};

/** The handlers of some commands. */
export type HandlersOf<Ids extends string> = Pick<Handlers, Extract<CommandId, `liveResponse.${Ids}`>>;

export const commandIds: readonly CommandId[] = [
  'liveResponse.openResult',
  'liveResponse.openError',
  'liveResponse.openTranscript',
  'liveResponse.nextResult',
  'liveResponse.previousResult',
  'liveResponse.compareResults',
  'liveResponse.compareWithPrevious',
  'liveResponse.reopenWithEncoding',
  'liveResponse.saveResult',
  'liveResponse.saveAllResults',
  'liveResponse.keepEvidence',
  'liveResponse.verifyEvidence',
  'liveResponse.copyLink',
  'liveResponse.copyAsMarkdown',
  'liveResponse.copyWithProvenance',
  'liveResponse.openResults',
  'liveResponse.openAction',
  'liveResponse.revealAction',
  'liveResponse.watchAction',
  'liveResponse.unwatchAction',
  'liveResponse.cancelAction',
  'liveResponse.downloadPackage',
  'liveResponse.openInPortal',
  'liveResponse.showOpenSessions',
  'liveResponse.copyActionId',
  'liveResponse.openRow',
  'liveResponse.refresh',
  'liveResponse.loadMore',
  'liveResponse.loadEverything',
  'liveResponse.filter',
  'liveResponse.clearFilter',
  'liveResponse.filterOnMachine',
  'liveResponse.groupBy',
  'liveResponse.cancelLoading',
  'liveResponse.switchConnection',
  'liveResponse.addConnection',
  'liveResponse.editConnection',
  'liveResponse.removeConnection',
  'liveResponse.signOut',
  'liveResponse.showLog',
];
