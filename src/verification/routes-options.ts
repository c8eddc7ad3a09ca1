import type { RequestHook } from '../http/security.ts'
import type { UploadBudget } from './read-upload.ts'
import type { Verification } from './verification-port.ts'

/** What the public routes of verification are given. */
export type VerificationRoutesOptions = {
  readonly verification: Verification
  /** counts against the limit per address and minute */
  readonly limit: RequestHook
  /** shared by all doors that take files */
  readonly uploads: UploadBudget
  readonly demo: boolean
}
