import type { CorpusCase } from './case';
import { collected } from './collected';
import { encodings } from './encodings';
import { packed } from './packed';
import { streams } from './streams';
import { bodies, damaged, keys } from './transcripts';

/** Every body, by family; README.md says what the families are. */
export const corpus: Readonly<Record<string, readonly CorpusCase[]>> = {
  keys,
  damaged,
  bodies,
  encodings,
  packed,
  collected,
  streams,
};
