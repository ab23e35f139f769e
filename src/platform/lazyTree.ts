import * as vscode from 'vscode';

/** What a tree view needs once somebody looks at it. */
export interface TreeContent<T> extends vscode.TreeDataProvider<T> {
  readonly onDidChangeTreeData: vscode.Event<T | undefined>;
  getTreeItem(element: T): vscode.TreeItem;
  resolveTreeItem(item: vscode.TreeItem, element: T): Promise<vscode.TreeItem>;
  getParent(element: T): T | undefined;
}

/**
 * A tree view whose content is loaded when VS Code first asks for its rows: that is, when the view
 * is visible.
 */
export function createLazyTree<T>(viewId: string, load: () => Promise<TreeContent<T>>): vscode.TreeView<T> {
  const changed = new vscode.EventEmitter<T | undefined>();
  let content: TreeContent<T> | undefined;
  const loaded = async (): Promise<TreeContent<T>> => {
    if (content === undefined) {
      content = await load();
      content.onDidChangeTreeData((element) => changed.fire(element));
    }
    return content;
  };
  // Only what came from the content is asked about again, so it is there.
  const known = (): TreeContent<T> => {
    if (content === undefined) {
      throw new Error('A row was asked for before there were any.');
    }
    return content;
  };
  return vscode.window.createTreeView(viewId, {
    treeDataProvider: {
      onDidChangeTreeData: changed.event,
      getChildren: async (element) => (await loaded()).getChildren(element),
      getTreeItem: (element) => known().getTreeItem(element),
      resolveTreeItem: (item, element) => known().resolveTreeItem(item, element),
      getParent: (element) => known().getParent(element),
    },
    showCollapseAll: true,
    canSelectMany: true,
  });
}
