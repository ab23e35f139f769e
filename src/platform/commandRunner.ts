import type { CommandId, Handlers } from './commandIds';
import type { Reporter } from './errorReporter';

export type RunCommand = (id: CommandId, args: readonly unknown[]) => Promise<void>;

/** Runs a command. None of them ever rejects for something that was to be expected. */
export function commandRunner(handlers: Handlers, reporter: Reporter): RunCommand {
  return async (id, args) => {
    try {
      await handlers[id](...args);
    } catch (error) {
      reporter.report(id, error);
    }
  };
}
