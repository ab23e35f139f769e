import type { JournalFiles } from '../../src/runs/journal';
import type { RunPlan } from '../../src/runs/runPlan';
import type { MemoryFiles } from './memoryFiles';

export const runId = '1f2e3d4c-0000-4000-8000-000000000001';

/** The ID of the nth machine of {@link planOf}. */
export function machineIdOf(n: number): string {
  return String(n).padStart(40, 'a');
}

/** A plan for so many machines. */
export function planOf(machines: number, more: Partial<RunPlan> = {}): RunPlan {
  return {
    id: runId,
    parent: undefined,
    createdAt: Date.parse('2026-11-20T12:00:00Z'),
    connection: 'contoso',
    script: {
      name: 'a.ps1',
      libraryName: 'a.0badc0de.ps1',
      sha256: '0badc0de'.repeat(8),
      language: 'powershell',
    },
    args: '-Days 7',
    comment: 'Collect',
    machines: Array.from({ length: machines }, (_, at) => ({
      n: at + 1,
      id: machineIdOf(at + 1),
      name: `host-${at + 1}`,
      osPlatform: 'Windows11',
      healthStatus: 'Active',
      lastSeen: Date.parse('2026-11-20T11:00:00Z'),
    })),
    ...more,
  };
}

/** A disk in memory for journals. */
export function journalFiles(disk: MemoryFiles): JournalFiles {
  return {
    read: (path, from) => disk.read(path, from),
    create: (path, bytes) => disk.create(path, bytes),
    append: async (path, bytes) => {
      await disk.append?.(path, bytes);
    },
  };
}
