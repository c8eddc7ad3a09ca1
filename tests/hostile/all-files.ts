import { additions } from './additions.ts'
import { bombs } from './bombs.ts'
import { byteRanges } from './byte-ranges.ts'
import { forgeries } from './forgeries.ts'
import { genuineCms } from './genuine-cms.ts'
import type { Family, HostileFile } from './hostile-file.ts'
import { inPlaceEdits } from './in-place-edits.ts'
import { libraryCopies } from './library-copies.ts'
import { randomMutations } from './mutations.ts'
import { otherKinds } from './other-kinds.ts'
import { ownKey } from './own-key.ts'
import { revisions } from './revisions.ts'
import { rewritings } from './rewritings.ts'
import { strangers } from './strangers.ts'
import { truncations } from './truncations.ts'
import { wrapping } from './wrapping.ts'

export const FAMILIES: readonly Family[] = [
  truncations,
  additions,
  revisions,
  byteRanges,
  wrapping,
  forgeries,
  genuineCms,
  strangers,
  ownKey,
  inPlaceEdits,
  rewritings,
  bombs,
  otherKinds,
  libraryCopies,
  randomMutations,
]

export const HOSTILE_FILES: readonly HostileFile[] = FAMILIES.flatMap(({ files }) => files)
