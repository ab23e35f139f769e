import * as vscode from 'vscode';
import { redact } from '../http/redact';

/**
 * The log channel. Every line goes through the redaction: no caller can forget it. Logs are not
 * localised.
 */
export interface Log {
  info(line: string): void;
  warn(line: string): void;
  error(line: string): void;
  show(): void;
}

/** The channel appears with its first line. */
export function createLog(subscriptions: vscode.Disposable[]): Log {
  let created: vscode.LogOutputChannel | undefined;
  const channel = (): vscode.LogOutputChannel => {
    if (created === undefined) {
      created = vscode.window.createOutputChannel('Defender Live Response', { log: true });
      subscriptions.push(created);
    }
    return created;
  };
  return {
    info: (line) => channel().info(redact(line)),
    warn: (line) => channel().warn(redact(line)),
    error: (line) => channel().error(redact(line)),
    show: () => channel().show(true),
  };
}
