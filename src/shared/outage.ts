import { AppError } from './app-error.ts'

/** Codes of Node, SQLite and PostgreSQL by what is the matter, each with words that say what to do. */
const OUTAGES: readonly (readonly [codes: RegExp, words: string])[] = [
  [
    /^(ENOSPC|EDQUOT|EFBIG|SQLITE_FULL|SQLITE_IOERR_SHMSIZE|53100)$/,
    '磁碟空間不足，無法寫入；未完成的部分沒有留下。請清出空間後，重新執行同一個指令即可接續。',
  ],
  [
    /^(EROFS|SQLITE_READONLY.*|25006)$/,
    '磁碟或資料庫是唯讀的，無法寫入；未完成的部分沒有留下。請改為可寫入後，重新執行同一個指令即可接續。',
  ],
  [
    /^(SQLITE_CORRUPT.*|SQLITE_NOTADB|XX00[12])$/,
    '登錄資料庫的檔案已損壞，或不是登錄資料庫，無法開啟。請停止發證，改用備份。',
  ],
  [
    /^SQLITE_CANTOPEN.*$/,
    '登錄資料庫無法開啟。請檢查 DCERT_DATABASE_URL、檔案與目錄的權限，以及磁碟是否已滿或是唯讀的。',
  ],
  [
    /^(EIO|SQLITE_IOERR.*|58030)$/,
    '磁碟讀寫失敗，可能已滿、唯讀或故障；未完成的部分沒有留下。請檢查磁碟後，重新執行同一個指令即可接續。',
  ],
]

/**
 * What a disk or a database could not do, in words for the operator.
 * @returns AppError UNAVAILABLE with the error as cause, or undefined for an error of another kind
 */
export function outageOf(error: unknown): AppError | undefined {
  if (!(error instanceof Error && 'code' in error)) return undefined
  const code = String(error.code)
  const words = OUTAGES.find(([codes]) => codes.test(code))?.[1]
  if (words === undefined) return undefined
  // Node's own errors name the file; a database's do not.
  const place = 'path' in error ? `（${error.path}）` : ''
  return new AppError('UNAVAILABLE', `${words}${place}`, { code }, { cause: error })
}
