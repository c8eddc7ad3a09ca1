import type { X509Certificate } from 'node:crypto'
import { statfs } from 'node:fs/promises'
import type { Clock } from '../shared/clock.ts'
import type { ReadinessCheck } from './readiness.ts'

/** What is asked of the house; absent parts are none of this process' business. */
export type ReadinessParts = {
  /** rejects when the register cannot be read */
  readonly readRegister: () => Promise<unknown>
  /** whether the file that is open is still the register that is there; of one in a file */
  readonly isInPlace?: () => Promise<boolean>
  /** whether the register would take a change; of a process that writes */
  readonly isWritable?: () => Promise<boolean>
  /** the signing certificate and those above it, undefined until the keys are opened; of a process that issues */
  readonly signingCertificates?: () => readonly X509Certificate[] | undefined
  /** how many trust anchors are verified against, as they were loaded; of a process that verifies */
  readonly trustAnchors?: () => number
  /** where the register grows, and how many bytes must be left there; of a process that writes files */
  readonly disk?: { readonly directory: string; readonly least: number }
}

/** The checks of `/health/ready` by the names that are answered: yes or no each, nothing more. */
export function readinessChecks(parts: ReadinessParts, clock: Clock): Record<string, ReadinessCheck> {
  const { readRegister, isInPlace, isWritable, signingCertificates, trustAnchors, disk } = parts
  return {
    database: async () => {
      await readRegister()
      if (isInPlace !== undefined && !(await isInPlace())) return false
      return isWritable === undefined || isWritable()
    },
    ...(signingCertificates && { keys: () => areValid(signingCertificates(), clock.now()) }),
    ...(trustAnchors && { trust: () => trustAnchors() > 0 }),
    ...(disk && {
      disk: async () => {
        const { bavail, bsize } = await statfs(disk.directory)
        return bavail * bsize >= disk.least
      },
    }),
  }
}

/** As the keystore is judged when it is opened; certificates end while a process runs. */
function areValid(certificates: readonly X509Certificate[] | undefined, at: Date): boolean {
  return certificates?.every(({ validFromDate, validToDate }) => validFromDate <= at && at <= validToDate) === true
}
