import { AppError } from '../shared/app-error.ts'

/** Whether another process held SQLite's write lock for longer than we wait; PostgreSQL's errors are AppErrors already. */
export function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')
}

export function busyError(cause: unknown): AppError {
  return new AppError('BUSY', '另一個程式正在寫入登錄資料，請稍後再試；這次沒有任何變更。', {}, { cause })
}
