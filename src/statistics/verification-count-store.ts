import { taipeiDay } from '../shared/clock.ts'
import type { Database } from '../storage/database.ts'
import type { VerificationResult } from '../verification/verification-result.ts'

/** Counts of verifications per day, outcome and reason: all that is kept of them (E31). */
export type VerificationCounts = {
  count(result: VerificationResult): void
  /** writes what has been counted since the last time */
  flush(): Promise<void>
}

/** Counts in memory and writes sums, so that a verification never waits for a disk. */
export function verificationCountStore(db: Database): VerificationCounts {
  let sums = new Map<string, number>()
  return {
    count({ verifiedAt, outcome, reason }) {
      const key = `${taipeiDay(new Date(verifiedAt))} ${outcome} ${reason}`
      sums.set(key, (sums.get(key) ?? 0) + 1)
    },
    async flush() {
      if (sums.size === 0) return
      const written = sums
      sums = new Map()
      // In one order everywhere, so that two processes never wait for each other's rows.
      const ordered = [...written].sort(([a], [b]) => (a < b ? -1 : 1))
      const writing = db.transaction().execute(async (trx) => {
        for (const [key, count] of ordered) {
          const [day = '', outcome = '', reason = ''] = key.split(' ')
          await trx
            .insertInto('verification_counts')
            .values({ day, outcome, reason, count })
            .onConflict((conflict) =>
              conflict
                .columns(['day', 'outcome', 'reason'])
                .doUpdateSet((e) => ({ count: e('verification_counts.count', '+', count) })),
            )
            .execute()
        }
      })
      // What could not be written is counted again with the next sums.
      await writing.catch((error: unknown) => {
        for (const [key, count] of written) sums.set(key, (sums.get(key) ?? 0) + count)
        throw error
      })
    },
  }
}
