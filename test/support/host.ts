/**
 * The parts of the test host (scripts/host) that tests use: servers which want a newer Node than the project's own packages,
 * such as `azurite` and `oidc-provider`. Only phases that run under the host's Node can load them.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const modules = process.env['LIVE_RESPONSE_HOST_MODULES'];

/** Whether the host's parts are here: not on the desktop. */
export const hasHostModules = modules !== undefined;

/** Whether VS Code writes log files; without its native log writer they stay empty. */
export const writesLogs = process.env['LIVE_RESPONSE_HOST_LOGS'] !== '0';

/** Loads a package of the test host. The caller names the type that it expects. */
export async function importFromHost(name: string): Promise<unknown> {
  return import(pathToFileURL(hostRequire().resolve(name)).href);
}

/** The path of a file in such a package, to be started as a process of its own. */
export function hostFile(path: string): string {
  return join(hostFolder(), path);
}

function hostRequire(): NodeJS.Require {
  return createRequire(join(hostFolder(), 'package.json'));
}

function hostFolder(): string {
  if (modules === undefined) {
    throw new Error('The test host is not installed here; start the tests with npm test.');
  }
  return modules;
}
