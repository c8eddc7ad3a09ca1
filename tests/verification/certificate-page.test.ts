import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Asked, handMadeVerification, TOKENS, testServer } from '../http/test-server.ts'

const asked: Asked = { files: 0, bytes: 0, fingerprints: [], tokens: [] }
let app: FastifyInstance
beforeAll(async () => {
  app = await testServer({ verification: handMadeVerification(asked), rateLimit: 1000 })
})
afterAll(() => app.close())

const read = (path: string) => app.inject({ url: `/c/${path}` })

describe('where the QR code leads', () => {
  test('it shows number, kind, issuer, date and state, and says that this proves nothing yet', async () => {
    const reply = await read(TOKENS.current)
    expect(reply.statusCode).toBe(200)
    for (const words of [
      '教字第142195號',
      '專科以上學校教師證書',
      '教育部',
      '民國 112 年 8 月 15 日',
      '有效，且為最新版本',
    ]) {
      expect(reply.body).toContain(words)
    }
    expect(reply.body).toContain('僅憑 QR Code 不能證明紙本為真')
    expect(reply.body).toContain('href="/verify?lang')
    expect(reply.body).not.toContain('驗證成功')
  })

  test('it never shows a name, even when one is handed in (E31, E68)', async () => {
    for (const token of [TOKENS.current, TOKENS.superseded, TOKENS.revoked]) {
      expect((await read(token)).body).not.toContain('凌網老師')
    }
  })

  test('superseded and revoked are said plainly, without a ground', async () => {
    expect((await read(TOKENS.superseded)).body).toContain('已非最新版本')
    const revoked = (await read(TOKENS.revoked)).body
    expect(revoked).toContain('已撤銷')
    expect(revoked).not.toMatch(/第44條|抄襲|款/)
  })

  test('it speaks English when asked', async () => {
    const { body } = await read(`${TOKENS.current}?lang=en`)
    expect(body).toContain('<html lang="en">')
    expect(body).toContain('In force, latest version')
    expect(body).toContain('The QR code alone does not prove the paper')
  })

  test('it is neither stored nor found by search engines', async () => {
    const { headers } = await read(TOKENS.current)
    expect(headers).toMatchObject({
      'cache-control': 'no-store',
      'x-robots-tag': 'noindex, nofollow',
      'referrer-policy': 'no-referrer',
    })
  })

  test('when the register cannot be asked the page says so, with 503', async () => {
    const reply = await read(TOKENS.unavailable)
    expect([reply.statusCode, reply.headers['retry-after']]).toEqual([503, '30'])
    expect(reply.body).toContain('目前無法驗證')
    expect(reply.body).not.toContain('查無此證書')
  })
})

describe('what leads nowhere looks the same, byte for byte (E68, E72)', () => {
  const wrong = [
    ['unknown', TOKENS.unknown],
    ['unconfirmed', TOKENS.unconfirmed],
    ['lower case', TOKENS.current.toLowerCase()],
    ['too short', TOKENS.current.slice(1)],
    ['too long', `${TOKENS.current}0`],
    ['a letter Crockford left out', `U${TOKENS.current.slice(1)}`],
    ['O in place of zero', TOKENS.current.replace('0', 'O')],
    ['very long', 'A'.repeat(3000)],
    ['several steps', `${TOKENS.current}/more`],
    ['a slash at the end', `${TOKENS.current}/`],
    ['coded characters', '%E4%B8%AD%E6%96%87'],
    ['nothing', ''],
  ] as const

  test.each(wrong)('%s', async (_name, path) => {
    const one = await read(TOKENS.unknown)
    const other = await read(path)
    expect(other.statusCode).toBe(404)
    expect(other.rawPayload.equals(one.rawPayload)).toBe(true)
    const { date: _one, ...headers } = one.headers
    const { date: _other, ...otherHeaders } = other.headers
    expect(otherHeaders).toEqual(headers)
  })

  test('in English as well', async () => {
    const [one, other] = await Promise.all([read(`${TOKENS.unknown}?lang=en`), read(`${TOKENS.unconfirmed}?lang=en`)])
    expect(other.body).toBe(one.body)
    expect(one.body).toContain('No such certificate')
  })

  test('the register is not even asked for what cannot be a token', async () => {
    asked.tokens = []
    for (const [, path] of wrong.slice(2)) await read(path)
    expect(asked.tokens).toEqual([])
  })
})
