import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../shared/app-error.ts'
import { type Keystore, type KeystoreInput, openKeystore } from './keystore.ts'

export type KeystorePaths = {
  /** PKCS#12 */
  readonly keystore: string
  /** One line: the password. */
  readonly passwordFile: string
}

/** Where `dcert keys init` puts the two files. */
export function keystorePathsIn(directory: string): KeystorePaths {
  return { keystore: join(directory, 'keystore.p12'), passwordFile: join(directory, 'keystore-password') }
}

/**
 * Reads both files and opens the keystore.
 * @throws AppError NOT_FOUND when one is missing, FORBIDDEN when others may read the password, INVALID_INPUT as openKeystore
 */
export async function readKeystore(paths: KeystorePaths, now: Date): Promise<Keystore> {
  return openKeystore(await readKeystoreFiles(paths, now))
}

export async function readKeystoreFiles(paths: KeystorePaths, now: Date): Promise<KeystoreInput> {
  const p12 = await readOrExplain(paths.keystore, '金鑰檔')
  const password = await readOrExplain(paths.passwordFile, '密碼檔')
  await refuseOpenToOthers(paths.passwordFile)
  return { p12, password: firstLine(password.toString('utf8')), now, source: paths.keystore }
}

/** Editors and `echo` end the line; a password itself may end in a space, so nothing else is taken away. */
function firstLine(text: string): string {
  return text.replace(/^\uFEFF/, '').replace(/\r?\n$/, '')
}

/**
 * The group may read it, since container platforms hand out secrets so; everybody may not, and nobody but the
 * owner may write it. Windows has no such bits.
 */
async function refuseOpenToOthers(file: string): Promise<void> {
  if (process.platform === 'win32') return
  const { mode } = await stat(file)
  if ((mode & 0o027) === 0) return
  const found = (mode & 0o777).toString(8).padStart(4, '0')
  throw new AppError(
    'FORBIDDEN',
    `密碼檔 ${file} 的權限是 ${found}，其他人可以讀取或更改。請執行 chmod 600 ${file} 再試一次。`,
    { file, mode: found },
  )
}

async function readOrExplain(file: string, what: string): Promise<Buffer> {
  try {
    return await readFile(file)
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      const message = `找不到${what} ${file}。請執行 dcert keys init 產生開發用的金鑰，或設定 DCERT_KEYSTORE 與 DCERT_KEYSTORE_PASSWORD_FILE。`
      throw new AppError('NOT_FOUND', message, { file }, { cause })
    }
    throw new AppError('FORBIDDEN', `無法讀取${what} ${file}。請檢查檔案的權限。`, { file }, { cause })
  }
}
