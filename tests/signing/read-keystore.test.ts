import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type KeystorePaths, keystorePathsIn, readKeystore } from '../../src/signing/read-keystore.ts'
import { issue, NOW, PASSWORD, p12Of, profile, temporaryDirectory } from './sample-keys.ts'

const root = issue(profile.certificates.root)
const issuing = issue(profile.certificates.issuing, root)
const p12 = p12Of([issue(profile.certificates.signer, issuing)], [issuing, root])

function files(password = `${PASSWORD}\n`, mode = 0o600): KeystorePaths {
  const paths = keystorePathsIn(temporaryDirectory())
  writeFileSync(paths.keystore, p12)
  writeFileSync(paths.passwordFile, password)
  chmodSync(paths.passwordFile, mode)
  return paths
}

describe('the two files of a keystore', () => {
  test.each([
    ['nothing', ''],
    ['a line feed', '\n'],
    ['CR LF', '\r\n'],
  ])('open it, with %s after the password', async (_, ending) => {
    expect((await readKeystore(files(PASSWORD + ending), NOW)).signer.algorithm).toBe('p-256')
  })

  test('do not open it with a space after the password, which may be part of one', async () => {
    await expect(readKeystore(files(`${PASSWORD} \n`), NOW)).rejects.toMatchObject({
      details: { reason: 'wrong-password' },
    })
  })

  test.each(['keystore', 'passwordFile'] as const)('are told by their path when the %s is missing', async (which) => {
    const paths = files()
    rmSync(paths[which])
    await expect(readKeystore(paths, NOW)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      userMessage: expect.stringMatching(`${paths[which]}.*dcert keys init`),
    })
  })

  test.each([0o604, 0o644, 0o666, 0o620])('are refused when the password file has mode %o', async (mode) => {
    await expect(readKeystore(files(undefined, mode), NOW)).rejects.toMatchObject({
      code: 'FORBIDDEN',
      userMessage: expect.stringContaining('chmod 600'),
    })
  })

  test.each([0o600, 0o400, 0o440, 0o640])('are taken when the password file has mode %o', async (mode) => {
    expect((await readKeystore(files(undefined, mode), NOW)).signer.chain).toHaveLength(2)
  })
})
