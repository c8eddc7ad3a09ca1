import { expect, test } from 'vitest'
import { multipartBody, oneFile } from './multipart-body.ts'
import { TOKENS, testServer } from './test-server.ts'

async function linesOf(
  level: 'info' | 'debug',
  ask: (app: Awaited<ReturnType<typeof testServer>>) => Promise<unknown>,
) {
  let lines = ''
  const stream = {
    write(line: string) {
      lines += line
    },
  }
  const app = await testServer({ logger: { level, stream }, rateLimit: 30 })
  await ask(app)
  await app.close()
  return lines
}

test.each(['info', 'debug'] as const)(
  'the log (%s) has no token, address, file name or fingerprint (E31, E68)',
  async (level) => {
    const remoteAddress = '203.0.113.77'
    const sha256 = 'ABCDEF'.padEnd(64, '7')
    const lines = await linesOf(level, async (app) => {
      for (const token of Object.values(TOKENS)) await app.inject({ url: `/c/${token}?lang=en`, remoteAddress })
      await app.inject({ url: `/cc/${TOKENS.current}`, remoteAddress })
      await app.inject({ url: `/%zz${TOKENS.current}`, remoteAddress })
      await app.inject({ method: 'PUT', url: `/c/${TOKENS.current}`, remoteAddress })
      const headers = { 'user-agent': 'agent-of-somebody', referer: 'https://elsewhere.test/page', cookie: 'a=secret' }
      for (const first of ['current', 'altered', 'down', 'broken']) {
        const { payload, headers: type } = oneFile(`${first}\n`, 'L120000024-certificate.pdf')
        await app.inject({
          method: 'POST',
          url: '/api/v1/verifications',
          payload,
          headers: { ...headers, ...type },
          remoteAddress,
        })
        await app.inject({ method: 'POST', url: '/verify', payload, headers: { ...headers, ...type }, remoteAddress })
      }
      const wrong = multipartBody([{ field: 'L120000024', fileName: 'a.pdf', content: 'x' }])
      await app.inject({ method: 'POST', url: '/api/v1/verifications', ...wrong, remoteAddress })
      await app.inject({ method: 'POST', url: '/api/v1/verifications/fingerprint', payload: { sha256 }, remoteAddress })
    })
    expect(lines).toContain('"route":"/c/*"')
    expect(lines).toContain('"route":"/api/v1/verifications"')
    expect(lines).toContain('could not answer')
    for (const token of Object.values(TOKENS)) expect(lines).not.toContain(token)
    expect(lines).not.toMatch(
      /203\.0\.113|L120000024|certificate\.pdf|abcdef7777|agent-of-somebody|elsewhere|a=secret/i,
    )
  },
)

test('what went wrong inside is in the log, though not in the answer', async () => {
  const lines = await linesOf('info', (app) =>
    app.inject({ method: 'POST', url: '/api/v1/verifications', ...oneFile('down\n') }),
  )
  expect(lines).toContain('disk I/O error')
})

test('probes do not fill the log', async () => {
  expect(await linesOf('info', (app) => app.inject({ url: '/health/live' }))).toBe('')
})
