import type { FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  DEFAULT_ISSUER_TEXTS,
  OUTCOME_HELP,
  OUTCOME_TITLES,
  REASON_TEXTS,
} from '../../src/verification/reason-texts.ts'
import { REASON_OUTCOMES, type Reason } from '../../src/verification/verification-result.ts'
import { TEXTS } from '../../verifier-web/texts.ts'
import { multipartBody, oneFile } from '../http/multipart-body.ts'
import { testServer } from '../http/test-server.ts'

let app: FastifyInstance
beforeAll(async () => {
  app = await testServer()
})
afterAll(() => app.close())

const post = (upload: { payload: Buffer | string; headers: Record<string, string> }, lang = 'zh-TW') =>
  app.inject({ method: 'POST', url: `/verify?lang=${lang}`, ...upload })

describe('the words of the sources stand as they are', () => {
  test('the three outcomes (E25, E33)', () => {
    expect(Object.values(OUTCOME_TITLES).map((title) => title['zh-TW'])).toEqual(['驗證成功', '驗證失敗', '驗證警告'])
    expect(DEFAULT_ISSUER_TEXTS.success['zh-TW']).toBe('電子證書符合教育部發證內容')
    expect(DEFAULT_ISSUER_TEXTS.failure['zh-TW']).toBe('電子證書未受教育部認證')
    expect(DEFAULT_ISSUER_TEXTS.warning['zh-TW']).toBe('電子證書已非最新版本，請向教育部發證單位確認')
  })

  test('the help of a failure (E27) and of a warning (E28)', () => {
    expect(OUTCOME_HELP.failure?.['zh-TW']).toContain(
      '請確認上傳檔案是否正確或重新下載電子證書驗證(勿以列印後儲存方式下載',
    )
    expect(OUTCOME_HELP.warning?.['zh-TW']).toContain(
      '若前有申請個人資料修改等情形致換發證書者，原電子證書將會判定已有新版本，請使用最新版本證書進行驗證',
    )
  })

  test('no reason tells a legal ground (E31), and all are said in both languages', () => {
    for (const { title, explanation } of Object.values(REASON_TEXTS)) {
      for (const text of [title, explanation]) {
        expect(text['zh-TW'].length * text.en.length).toBeGreaterThan(0)
        expect(text['zh-TW']).not.toMatch(/第.*[條款]|抄襲|造假/)
      }
    }
  })

  test('what is not a PDF is told that certificates are PDF files (E32)', () => {
    expect(REASON_TEXTS['not-pdf'].explanation['zh-TW']).toContain('電子證書為 PDF 檔案')
  })
})

describe('the page (E24)', () => {
  test('it has the three steps in their order and needs no account', async () => {
    const { body, statusCode } = await app.inject({ url: '/verify' })
    expect(statusCode).toBe(200)
    expect(body).toMatch(/上傳電子證書 PDF 檔案[\s\S]*點選「進行驗證」[\s\S]*取得驗證結果/)
    expect(body).toContain('<title data-t="siteTitle">教育部電子證書驗證系統</title>')
    expect(body).toContain('<html lang="zh-TW">')
    expect(body).not.toMatch(/\{\{|<!--/)
    expect((await app.inject({ url: '/verify' })).headers['set-cookie']).toBeUndefined()
  })

  test('it speaks English when asked, and the form stays English', async () => {
    const { body } = await app.inject({ url: '/verify?lang=en' })
    expect(body).toContain('<html lang="en">')
    expect(body).toContain('Upload the PDF file of the certificate')
    expect(body).toContain('action="/verify?lang&#61;en#result"')
  })

  test('every text the page names exists', async () => {
    const { body } = await app.inject({ url: '/verify' })
    for (const [, key] of body.matchAll(/data-t(?:-label)?="(\w+)"/g)) expect(TEXTS).toHaveProperty(key!)
  })

  test('it says that it is a demonstration where it is one', async () => {
    expect((await app.inject({ url: '/verify' })).body).not.toContain('示範系統')
    const demo = await testServer({ demo: true })
    expect((await demo.inject({ url: '/verify' })).body).toContain('示範系統：本網站並非教育部的正式服務')
    expect((await demo.inject({ url: '/c/X' })).body).toContain('示範系統')
    await demo.close()
  })

  test.each([
    ['verifier.js', 'text/javascript; charset=utf-8'],
    ['verifier.css', 'text/css; charset=utf-8'],
    ['favicon.svg', 'image/svg+xml'],
  ])('%s is served, and not sent again unchanged', async (name, type) => {
    const reply = await app.inject({ url: `/verify/${name}` })
    expect([reply.statusCode, reply.headers['content-type']]).toEqual([200, type])
    expect(reply.body).not.toMatch(/url\(["']?(https?:)?\/\//)
    const again = await app.inject({ url: `/verify/${name}`, headers: { 'if-none-match': String(reply.headers.etag) } })
    expect([again.statusCode, again.body]).toEqual([304, ''])
  })
})

describe('without script', () => {
  test.each(Object.entries(REASON_OUTCOMES))('%s is shown as %s, with its words and help', async (reason, outcome) => {
    for (const lang of ['zh-TW', 'en'] as const) {
      const reply = await post(oneFile(`${reason}\n`), lang)
      expect(reply.statusCode).toBe(200)
      expect(reply.headers['cache-control']).toBe('no-store')
      expect(reply.body).toContain(`data-outcome="${outcome}" data-reason="${reason}"`)
      expect(reply.body).toContain(OUTCOME_TITLES[outcome][lang])
      expect(reply.body).toContain(REASON_TEXTS[reason as Reason].title[lang])
      expect(reply.body.includes('class="facts"')).toBe(outcome !== 'failure')
      const help = OUTCOME_HELP[outcome]
      if (help) expect(reply.body).toContain(help[lang])
    }
  })

  test('the state of the register is told in the time of Taipei', async () => {
    expect((await post(oneFile('current\n'))).body).toContain('民國 114 年 11 月 21 日 10:15:00（臺北時間）')
    expect((await post(oneFile('current\n'), 'en')).body).toContain('21 November 2025, 10:15:00 (Taipei time)')
  })

  test('when the register cannot be asked: 目前無法驗證, and none of the three outcomes', async () => {
    const reply = await post(oneFile('down\n'))
    expect([reply.statusCode, reply.headers['retry-after']]).toEqual([503, '30'])
    expect(reply.body).toContain('id="result-title">目前無法驗證<')
    expect(reply.body).toContain('data-problem="register-unavailable"')
    expect(reply.body).not.toContain('data-outcome')
  })

  test.each([
    ['no-file', 400, multipartBody([{ field: 'file', fileName: '', content: '', type: 'application/octet-stream' }])],
    ['empty-file', 400, oneFile('')],
    ['too-large', 413, oneFile(Buffer.alloc(10_485_761))],
    ['unsupported-media-type', 415, { payload: '{}', headers: { 'content-type': 'application/json' } }],
    ['internal-error', 500, oneFile('broken\n')],
  ] as const)('%s is told on the page with status %i', async (problem, status, upload) => {
    const reply = await post(upload)
    expect([reply.statusCode, reply.headers['content-type']]).toEqual([status, 'text/html; charset=utf-8'])
    expect(reply.body).toContain(`data-problem="${problem}"`)
    expect(reply.body).not.toContain('data-outcome')
  })

  test('what the register says is escaped, and a text in it cannot name a slot of the page', async () => {
    const server = await testServer({
      verification: {
        async verifyFile() {
          const { exampleResult } = await import('../../src/verification/verification-examples.ts')
          const checks = [{ name: '<img src=x onerror=alert(1)>', passed: false, detail: '{{action}}<!--header-->$&' }]
          return { ...exampleResult('unknown'), checks }
        },
      } as never,
    })
    const { body } = await server.inject({ method: 'POST', url: '/verify', ...oneFile('x') })
    expect(body).toContain('&#60;img src&#61;x')
    expect(body).not.toContain('<img')
    expect(body).toContain('{{action}}&#60;!--header--&#62;$&#38;')
    await server.close()
  })
})
