import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance } from 'fastify'
import { type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { testServer } from '../http/test-server.ts'

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

let app: FastifyInstance
let base: string
let context: BrowserContext
let page: Page
let profile: string
let complaints: string[]

beforeAll(async () => {
  app = await testServer({ demo: true })
  await app.listen({ host: '127.0.0.1', port: 0 })
  base = `http://127.0.0.1:${(app.addresses()[0] as AddressInfo).port}`
})
afterAll(() => app.close())

async function open(options: { javaScriptEnabled?: boolean } = {}): Promise<void> {
  profile = mkdtempSync(join(tmpdir(), 'dcert-e2e-'))
  context = await chromium.launchPersistentContext(profile, {
    executablePath: '/usr/bin/chromium',
    args: FLAGS,
    locale: 'zh-TW',
    viewport: { width: 1024, height: 800 },
    ...options,
  })
  page = await context.newPage()
  complaints = []
  page.on('pageerror', (error) => complaints.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) complaints.push(message.text())
  })
  page.on('request', (request) => {
    if (!request.url().startsWith(base)) complaints.push(`asked elsewhere: ${request.url()}`)
  })
}

async function close(): Promise<void> {
  await context.close()
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 })
  expect(complaints).toEqual([])
}

function pdf(firstLine: string, name = '教授證書.pdf') {
  return { name, mimeType: 'application/pdf', buffer: Buffer.from(`${firstLine}\n`) }
}

async function dropFiles(files: readonly string[]): Promise<void> {
  const data = await page.evaluateHandle((contents) => {
    const transfer = new DataTransfer()
    for (const content of contents) transfer.items.add(new File([content], 'dropped.pdf', { type: 'application/pdf' }))
    return transfer
  }, files)
  await page.dispatchEvent('body', 'drop', { dataTransfer: data })
}

const title = () => page.locator('#result-title').textContent()

describe('with script', () => {
  beforeEach(() => open())
  afterEach(close)

  test.each([
    ['current', 'success', '驗證成功', '電子證書符合教育部發證內容'],
    ['superseded', 'warning', '驗證警告', '電子證書已非最新版本，請向教育部發證單位確認'],
    ['altered', 'failure', '驗證失敗', '電子證書未受教育部認證'],
  ])('choose a file, press 進行驗證: %s shows %s (E24, E25)', async (reason, outcome, headline, words) => {
    await page.goto(`${base}/verify`)
    await page.setInputFiles('#file', pdf(reason))
    expect(await page.locator('#chosen').textContent()).toContain('教授證書.pdf')
    await page.click('#verify')
    const result = page.locator(`[data-outcome="${outcome}"]`)
    await result.waitFor()
    expect(await title()).toBe(headline)
    expect(await page.locator('.result-text').textContent()).toBe(words)
    expect(await result.locator('svg.symbol').isVisible()).toBe(true)
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('result')
    expect(await page.locator('.facts').count()).toBe(outcome === 'failure' ? 0 : 1)
  })

  test('when the register cannot be asked the page says 目前無法驗證, and shows no outcome', async () => {
    await page.goto(`${base}/verify`)
    await page.setInputFiles('#file', pdf('down'))
    await page.click('#verify')
    await page.locator('[data-problem="register-unavailable"]').waitFor()
    expect(await title()).toBe('目前無法驗證')
    expect(await page.locator('[data-outcome]').count()).toBe(0)
  })

  test('when the server cannot be reached it says so, and shows no outcome', async () => {
    await page.goto(`${base}/verify`)
    await page.route('**/api/v1/verifications', (route) => route.abort())
    await page.setInputFiles('#file', pdf('current'))
    await page.click('#verify')
    await page.locator('[data-problem="unreachable"]').waitFor()
    expect(await title()).toBe('目前無法驗證')
  })

  test('what a proxy on the way answers with 200 is never shown as a result', async () => {
    await page.goto(`${base}/verify`)
    await page.route('**/api/v1/verifications', (route) => route.fulfill({ status: 200, body: '{"outcome":"fine"}' }))
    await page.setInputFiles('#file', pdf('current'))
    await page.click('#verify')
    await page.locator('[data-problem="unreachable"]').waitFor()
  })

  test('no file, an empty one and one of more than 10 MiB are told without sending anything (E32)', async () => {
    let sent = 0
    page.on('request', (request) => {
      if (request.method() === 'POST') sent += 1
    })
    await page.goto(`${base}/verify`)
    await page.click('#verify')
    await page.locator('[data-problem="no-file"]').waitFor()
    await page.setInputFiles('#file', { name: 'a.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(0) })
    await page.click('#verify')
    await page.locator('[data-problem="empty-file"]').waitFor()
    await page.setInputFiles('#file', { name: 'a.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(10_485_761) })
    await page.click('#verify')
    await page.locator('[data-problem="too-large"]').waitFor()
    expect(sent).toBe(0)
  })

  test('a file of exactly 10 MiB is verified (E32)', async () => {
    await page.goto(`${base}/verify`)
    const buffer = Buffer.alloc(10_485_760, 'x')
    buffer.write('current\n')
    await page.setInputFiles('#file', { name: 'a.pdf', mimeType: 'application/pdf', buffer })
    await page.click('#verify')
    await page.locator('[data-outcome="success"]').waitFor()
  })

  test('a file can be dropped anywhere on the page; two at once are too many', async () => {
    await page.goto(`${base}/verify`)
    await dropFiles(['current\n'])
    expect(await page.locator('#chosen').textContent()).toContain('dropped.pdf')
    await page.click('#verify')
    await page.locator('[data-outcome="success"]').waitFor()
    await dropFiles(['current\n', 'current\n'])
    expect(await page.locator('#result').count()).toBe(0)
    await page.click('#verify')
    await page.locator('[data-problem="several-files"]').waitFor()
  })

  test('the keyboard is enough', async () => {
    // Playwright takes the browser's file dialogue over as soon as somebody listens, but not at once: listen early.
    page.on('filechooser', () => {})
    await page.goto(`${base}/verify`)
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.className)).toBe('skip')
    for (let i = 0; i < 10 && (await page.evaluate(() => document.activeElement?.id)) !== 'file'; i += 1) {
      await page.keyboard.press('Tab')
    }
    const choosing = page.waitForEvent('filechooser')
    await page.keyboard.press('Enter')
    await (await choosing).setFiles(pdf('superseded'))
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('verify')
    await page.keyboard.press('Enter')
    await page.locator('[data-outcome="warning"]').waitFor()
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('SUMMARY')
    await page.keyboard.press('Enter')
    expect(await page.locator('details.checks').getAttribute('open')).not.toBeNull()
  })

  test('the language changes in place, keeps the result, and is remembered', async () => {
    await page.goto(`${base}/verify`)
    await page.setInputFiles('#file', pdf('current'))
    await page.click('#verify')
    await page.locator('[data-outcome="success"]').waitFor()
    await page.click('a[data-language="en"]')
    expect(await page.getAttribute('html', 'lang')).toBe('en')
    expect(await title()).toBe('Verification successful')
    expect(await page.locator('#chosen').textContent()).toContain('教授證書.pdf')
    expect(await page.title()).toBe('Electronic Certificate Verification')
    await page.goto(`${base}/verify`)
    expect(await page.getAttribute('html', 'lang')).toBe('en')
    expect(await page.locator('h1').textContent()).toBe('Verify an electronic certificate')
    await page.goto(`${base}/verify?lang=zh-TW`)
    expect(await page.locator('h1').textContent()).toBe('電子證書驗證')
  })

  test('another file can be verified at once', async () => {
    await page.goto(`${base}/verify`)
    await page.setInputFiles('#file', pdf('current'))
    await page.click('#verify')
    await page.locator('[data-outcome="success"]').waitFor()
    await page.click('#again')
    expect(await page.locator('#result').count()).toBe(0)
    expect(await page.locator('#chosen').isHidden()).toBe(true)
    await page.setInputFiles('#file', pdf('revoked'))
    await page.click('#verify')
    await page.locator('[data-reason="revoked"]').waitFor()
  })

  test('nothing is wider than a narrow phone', async () => {
    await page.setViewportSize({ width: 320, height: 640 })
    for (const lang of ['zh-TW', 'en']) {
      await page.goto(`${base}/verify?lang=${lang}`)
      await page.setInputFiles(
        '#file',
        pdf('resaved', 'a-very-long-name-without-any-blank-that-could-be-broken-at.pdf'),
      )
      await page.click('#verify')
      await page.locator('#result').waitFor()
      await page.click('summary')
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320)
    }
  })
})

describe('without script', () => {
  beforeEach(() => open({ javaScriptEnabled: false }))
  afterEach(close)

  test.each([
    ['current', 'success', '驗證成功', 'Verification successful'],
    ['superseded', 'warning', '驗證警告', 'Verification warning'],
    ['not-pdf', 'failure', '驗證失敗', 'Verification failed'],
  ])('the form alone brings the result: %s is %s', async (reason, outcome, chinese, english) => {
    for (const [lang, headline] of [
      ['zh-TW', chinese],
      ['en', english],
    ] as const) {
      await page.goto(`${base}/verify`)
      if (lang === 'en') await page.click('a[hreflang="en"]')
      expect(await page.locator('#file').isVisible()).toBe(true)
      await page.setInputFiles('#file', pdf(reason))
      await page.click('#verify')
      await page.locator(`[data-outcome="${outcome}"]`).waitFor()
      expect(await title()).toBe(headline)
      expect(await page.getAttribute('html', 'lang')).toBe(lang)
      expect(await page.locator('#result').evaluate((element) => element === document.activeElement)).toBe(true)
    }
  })

  test('when the register cannot be asked the page says so', async () => {
    await page.goto(`${base}/verify`)
    await page.setInputFiles('#file', pdf('down'))
    await page.click('#verify')
    await page.locator('[data-problem="register-unavailable"]').waitFor()
    expect(await title()).toBe('目前無法驗證')
  })
})

describe('the description of the interface', () => {
  beforeEach(() => open())
  afterEach(async () => {
    // swagger-ui hides its own symbols with a style attribute; without it they are merely not hidden.
    complaints = complaints.filter((text) => !text.includes('Applying inline style'))
    await close()
  })

  test('it can be browsed under the content security policy', async () => {
    await page.goto(`${base}/api/docs`)
    await page.locator('#operations-verification-verifyFile').click()
    await page.getByText('Takes exactly one file').waitFor()
    expect(await page.locator('.opblock').count()).toBeGreaterThanOrEqual(4)
  })
})
