import * as vscode from 'vscode';
import { findIds, idAt } from '../../links/scan';
import { scheme } from './documentUris';

/**
 * The action IDs that are selected in the active editor, or the one that the cursor is on, each
 * once. None in our own documents.
 */
export function idsInEditor(): readonly string[] {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined || editor.document.uri.scheme === scheme) {
    return [];
  }
  const { document, selections } = editor;
  const found = selections.flatMap((selection) =>
    selection.isEmpty
      ? [idAt(document.lineAt(selection.active.line).text, selection.active.character)]
      : [...findIds(document.getText(selection))],
  );
  return [...new Set(found.flatMap((each) => each?.id ?? []))];
}
