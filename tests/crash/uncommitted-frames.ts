import { existsSync, readFileSync } from 'node:fs'

const HEADER = 32
const FRAME_HEADER = 24

/**
 * How many frames of a write-ahead log stand behind its last commit: they are of a transaction that was killed while it
 * was being written. https://sqlite.org/fileformat2.html#walformat
 */
export function uncommittedFrames(path: string): number {
  if (!existsSync(path)) return 0
  const log = readFileSync(path)
  if (log.length < HEADER) return 0
  const frame = FRAME_HEADER + log.readUInt32BE(8)
  const salts = log.subarray(16, 24)
  let behind = 0
  for (let at = HEADER; at < log.length; at += frame) {
    const header = log.subarray(at, at + FRAME_HEADER)
    // A frame that is cut off itself is one of these too; one of an earlier round of the log ends the present one.
    if (header.length === FRAME_HEADER && !header.subarray(8, 16).equals(salts)) break
    const committed = header.length === FRAME_HEADER && at + frame <= log.length && header.readUInt32BE(4) !== 0
    behind = committed ? 0 : behind + 1
  }
  return behind
}
