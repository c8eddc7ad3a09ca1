import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { AppError } from '../shared/app-error.ts'
import { type TrustAnchors, trustAnchors } from './trust.ts'

/** Where the trust anchors of this process lie, as config.ts says. */
export type TrustPlaces = {
  /** directories whose PEM files are trust anchors */
  readonly trustDirectories: readonly string[]
  /** where the development PKI is made */
  readonly keysDirectory: string
}

/** The trust anchors, as PEM texts. */
export function readTrust({ trustDirectories, keysDirectory }: TrustPlaces): string[] {
  const directories = trustDirectories.filter((directory) => existsSync(directory))
  const files = directories.flatMap((directory) => readdirSync(directory).map((name) => join(directory, name)))
  const developmentRoot = join(keysDirectory, 'root.pem')
  if (existsSync(developmentRoot)) files.push(developmentRoot)
  return files.filter((file) => file.endsWith('.pem')).map((file) => readFileSync(file, 'utf8'))
}

/** The same where nothing can be done without. @throws AppError UNAVAILABLE when there is none */
export function requireTrust(places: TrustPlaces): string[] {
  const pems = readTrust(places)
  if (pems.length > 0) return pems
  const directories = places.trustDirectories.join('、')
  throw new AppError(
    'UNAVAILABLE',
    `沒有信任錨，無法驗證簽章；請執行 dcert keys init，或把根憑證（PEM）放進 ${directories}`,
  )
}

/** What so many kept files are checked by: none need none. @throws AppError UNAVAILABLE */
export function trustForFiles(places: TrustPlaces, files: number): TrustAnchors {
  return trustAnchors(files > 0 ? requireTrust(places) : readTrust(places))
}
