import type { Reason } from '../../src/verification/verification-result.ts'
import type { Hand } from './forge-cms.ts'
import { type Base, type HostileFile, hostile, type Keys } from './hostile-file.ts'
import { type Resigning, resigned } from './resign-pdf.ts'

type Signing = Omit<Resigning, 'hand'>

/** The certificate written anew and signed by somebody. */
export function by(
  name: string,
  does: string,
  reason: Reason,
  hand: (keys: Keys, base: Base) => Hand,
  signing: (keys: Keys, base: Base) => Signing = () => ({}),
): HostileFile {
  return hostile(name, does, reason, (base, keys) => resigned(base, { hand: hand(keys, base), ...signing(keys, base) }))
}
