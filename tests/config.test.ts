import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { readConfig, SETTINGS } from '../src/config.ts'

describe('the settings of a process (interfaces.md, Environment)', () => {
  test('have the documented defaults', () => {
    expect(readConfig({})).toMatchObject({
      dataDirectory: resolve('var'),
      databaseUrl: `sqlite:${resolve('var/dcert.sqlite')}`,
      roles: ['verifier', 'portal', 'issuer'],
      port: 3000,
      publicUrl: 'http://localhost:3000',
      keystore: resolve('var/keys/keystore.p12'),
      keystorePasswordFile: resolve('var/keys/keystore-password'),
      fontsDirectory: undefined,
      rateLimit: 300,
      electronicFrom: '2014-01-01',
    })
  })

  test('everything lies under the data directory unless set apart', () => {
    const config = readConfig({ DCERT_DATA_DIR: '/srv/dcert', DCERT_KEYSTORE: '/secret/k.p12' })
    expect(config.databaseUrl).toBe('sqlite:/srv/dcert/dcert.sqlite')
    expect(config.keystore).toBe('/secret/k.p12')
    expect(config.keystorePasswordFile).toBe('/srv/dcert/keys/keystore-password')
  })

  test('an empty or blank setting is as good as none', () => {
    expect(readConfig({ DCERT_PORT: ' ', DCERT_PUBLIC_URL: '', DCERT_ROLES: '' })).toEqual(readConfig({}))
  })

  test('the public address loses its last slash and keeps its path: it goes into every QR code', () => {
    expect(readConfig({ DCERT_PUBLIC_URL: 'https://dcert.moe.gov.tw/' }).publicUrl).toBe('https://dcert.moe.gov.tw')
    expect(readConfig({ DCERT_PUBLIC_URL: 'https://moe.gov.tw/dcert//' }).publicUrl).toBe('https://moe.gov.tw/dcert')
  })

  test('roles may be several, with spaces', () => {
    expect(readConfig({ DCERT_ROLES: 'verifier, issuer' }).roles).toEqual(['verifier', 'issuer'])
  })

  test.each([
    ['DCERT_PORT', '65536'],
    ['DCERT_PORT', '-1'],
    ['DCERT_PORT', '3000x'],
    ['DCERT_PORT', '0x10'],
    ['DCERT_PORT', '3e3'],
    ['DCERT_RATE_LIMIT', '1.5'],
    ['DCERT_ROLES', 'verifier,admin'],
    ['DCERT_ROLES', 'verifier,'],
    ['DCERT_PUBLIC_URL', 'dcert.moe.gov.tw'],
    ['DCERT_PUBLIC_URL', 'ftp://dcert.moe.gov.tw'],
    ['DCERT_PUBLIC_URL', 'javascript:alert(1)'],
    ['DCERT_PUBLIC_URL', 'https://dcert.moe.gov.tw/?a=1'],
    ['DCERT_PUBLIC_URL', 'https://dcert.moe.gov.tw/#verify'],
    ['DCERT_ELECTRONIC_FROM', '103-01-01'],
    ['DCERT_ELECTRONIC_FROM', '2014-02-30'],
    ['DCERT_ELECTRONIC_FROM', '2014/01/01'],
    ['DCERT_LOG_LEVEL', 'loud'],
  ])('%s=%s stops the process, naming the setting and its value', (name, value) => {
    expect(() => readConfig({ [name]: value })).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', userMessage: expect.stringContaining(`${name}「`) }),
    )
  })

  test('every setting that is read is listed for serve --help, and no other', () => {
    const asked = new Set<string>()
    const environment = new Proxy({}, { get: (_, name) => void asked.add(String(name)) })
    readConfig(environment)
    expect([...asked].sort()).toEqual(SETTINGS.map(([name]) => name).sort())
  })
})
