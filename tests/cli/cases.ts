import type { ApprovedCase } from '../../src/approvals/approved-case.ts'
import { approvedCase, temporaryDirectory, writeInto } from '../support/house.ts'

/** A file of cases as JSON, 支援電子證書 as it stands. */
export function casesFile(...cases: readonly Partial<Record<keyof ApprovedCase, unknown>>[]): string {
  const rows = cases.map((one) => ({ ...approvedCase(), ...one }))
  return writeInto(temporaryDirectory(), 'cases.json', JSON.stringify(rows, null, 2))
}
