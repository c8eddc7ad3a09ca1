/**
 * The main job on the embedded default: npm run demo [-- --once] [-- --out DIR]
 * On PostgreSQL with DCERT_DATABASE_URL=postgres://…, in a database that is empty or an earlier demo's.
 * Makes keys, issues and confirms the sample file, then lets happen to certificates what happens in their life, and
 * verifies every file. Ends with an error when an outcome is not what it must be. Without --once it serves then.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { PDFDocument } from 'pdf-lib'
import { type App, openApp } from '../src/app.ts'
import { RANKS } from '../src/approvals/approved-case.ts'
import { fullNumber, parseFullNumber } from '../src/certificates/certificate-content.ts'
import { confirm } from '../src/cli/confirm.ts'
import { exportFiles } from '../src/cli/export.ts'
import { issue } from '../src/cli/issue.ts'
import { keysInit } from '../src/cli/keys.ts'
import { output } from '../src/cli/output.ts'
import { reissue } from '../src/cli/reissue.ts'
import { reinstate, revoke } from '../src/cli/revoke.ts'
import { serve } from '../src/cli/serve.ts'
import { readConfig } from '../src/config.ts'
import { systemClock } from '../src/shared/clock.ts'
import { OUTCOME_TITLES, REASON_TEXTS } from '../src/verification/reason-texts.ts'
import type { Outcome, VerificationResult } from '../src/verification/verification-result.ts'
import { emptyDemoRegister, markDemoRegister } from './demo/demo-register.ts'

type Sample = { file: string; number: string; version: number; language: string; expected: Outcome }

const SAMPLE = join(import.meta.dirname, '../templates/certificates/college-teacher/sample-cases.csv')
const ACTOR = 'cli:demo'
const out = output(false)

const { values: options } = parseArgs({ options: { once: { type: 'boolean' }, out: { type: 'string' } } })
const given = readConfig()
const dataDirectory = join(given.dataDirectory, 'demo')
const config = {
  ...given,
  dataDirectory,
  databaseUrl: await emptyDemoRegister(given.databaseUrl, dataDirectory),
  keysDirectory: join(dataDirectory, 'keys'),
  keystore: join(dataDirectory, 'keys', 'keystore.p12'),
  keystorePasswordFile: join(dataDirectory, 'keys', 'keystore-password'),
  trustDirectories: [join(dataDirectory, 'trust')],
  logLevel: 'warn' as const,
}
const files = options.out ?? join(dataDirectory, 'files')

const started = performance.now()
rmSync(dataDirectory, { recursive: true, force: true })
mkdirSync(files, { recursive: true })
// What an earlier run has left is of other keys; nothing else in the directory is touched.
for (const name of readdirSync(files)) {
  if (/字\d+-v\d+-(zh-TW|en)(\.altered|\.resaved)?\.pdf$/.test(name)) rmSync(join(files, name))
}
heading('建立開發用金鑰 keys init')
await keysInit(config, systemClock, { algorithm: 'rsa-2048' }, out)
const app = await openApp(config)
await markDemoRegister(config.databaseUrl)
process.exitCode = 1
try {
  const samples = await tellTheStory(app)
  const wrong = await showOutcomes(app, samples)
  writeFileSync(join(files, 'summary.json'), `${JSON.stringify(samples, null, 2)}\n`)
  writeFileSync(join(files, 'root.pem'), readFileSync(join(config.keysDirectory, 'root.pem')))
  console.log(`\n檔案在 ${files}（${((performance.now() - started) / 1000).toFixed(1)} 秒）`)
  process.exitCode = wrong === 0 ? 0 : 1
  if (options.once !== true && wrong === 0) {
    console.log('開啟以下網址，上傳其中任一檔案即可驗證；按 Ctrl-C 結束。')
    await serve(async () => app, { demo: true }, out)
  }
} finally {
  await app.close()
}

async function tellTheStory(app: App): Promise<Sample[]> {
  heading('匯入核定案件、發證並確認 issue sample-cases.csv --confirm')
  await issue(app, SAMPLE, { confirm: true }, ACTOR, out)
  const numbers = await issuedNumbers(app)
  for (const number of numbers) await exportFiles(app, number, { out: files }, quiet())

  heading('資料異動換發 reissue 副字第125504號：確認前，原檔仍為驗證成功')
  const changed = { reason: 'data-changed', document: '1150034567', set: ['身分證號=A800000014'] } as const
  await reissue(app, '副字第125504號', changed, ACTOR, out)
  await tellOutcome(app, '副字125504-v1-zh-TW.pdf', 'success')
  await confirm(app, 'confirm', '1070150033', ['副字第125504號'], ACTOR, out)
  await tellOutcome(app, '副字125504-v1-zh-TW.pdf', 'warning')

  heading('取消確認 unconfirm 教字第142195號：先前下載的檔案仍為驗證成功')
  await confirm(app, 'unconfirm', '1120999995', ['教字第142195號'], ACTOR, out)
  await tellOutcome(app, '教字142195-v1-zh-TW.pdf', 'success')

  heading('更正後尚未確認 reissue 助理字第148015號：新檔驗證失敗，原檔驗證成功')
  const corrected = { reason: 'correction', document: '1150034568', set: ['姓名=蔡彣玥玥'] } as const
  await reissue(app, '助理字第148015號', corrected, ACTOR, out)

  heading('撤銷 revoke：林堃煊自副教授起')
  const grounds = { ground: '二', document: '1150041122' }
  await revoke(app, { person: 'A123456707', fromRank: '副教授', ...grounds }, ACTOR, out)

  heading('撤銷後救濟成功 revoke、reinstate：教字第144580號，原檔恢復驗證成功')
  const acts = quiet()
  await revoke(app, { person: 'C121212129', fromRank: '講師', ground: '一', document: '1150041133' }, ACTOR, acts)
  await tellOutcome(app, '教字144580-v1-zh-TW.pdf', 'failure')
  const { act } = acts.last() as { act: string }
  await reinstate(app, act, { document: '1150049988', reason: '訴願有理由' }, ACTOR, out)
  await tellOutcome(app, '教字144580-v1-zh-TW.pdf', 'success')

  for (const number of numbers) await exportFiles(app, number, { out: files }, quiet())
  return [...issuedSamples(), ...(await spoiltSamples())]
}

/** What each issued file must be at the end of the story. */
function issuedSamples(): Sample[] {
  const failing = ['副字第136672號', '教字第149903號']
  const names = readdirSync(files).filter((name) => /-v\d+-(zh-TW|en)\.pdf$/.test(name))
  return names.sort().map((file) => {
    const sample = sampleOf(file)
    let expected: Outcome = 'success'
    if (failing.includes(sample.number)) expected = 'failure'
    else if (sample.number === '副字第125504號' && sample.version === 1) expected = 'warning'
    else if (sample.number === '助理字第148015號' && sample.version === 2) expected = 'failure'
    return { ...sample, expected }
  })
}

/** One byte altered, and saved again by another program: neither is what was issued. */
async function spoiltSamples(): Promise<Sample[]> {
  const spoilt: Sample[] = []
  for (const name of ['副字143626-v1-zh-TW.pdf', '教字144580-v1-en.pdf']) {
    const bytes = readFileSync(join(files, name))
    const altered = Buffer.from(bytes)
    const middle = altered.length >> 1
    altered[middle] = (altered[middle] ?? 0) ^ 1
    const resaved = await (await PDFDocument.load(bytes)).save()
    for (const [how, content] of [
      ['altered', altered],
      ['resaved', resaved],
    ] as const) {
      const file = name.replace(/\.pdf$/, `.${how}.pdf`)
      writeFileSync(join(files, file), content)
      spoilt.push({ ...sampleOf(name), file, expected: 'failure' })
    }
  }
  return spoilt
}

/** Number, version and language from a file's name. */
function sampleOf(file: string): Omit<Sample, 'expected'> {
  const [, word = '', digits = '', version = '', language = ''] =
    /^(.+字)(\d+)-v(\d+)-(zh-TW|en)\.pdf$/.exec(file) ?? []
  return { file, number: `${word}第${digits}號`, version: Number(version), language }
}

async function issuedNumbers(app: App): Promise<string[]> {
  const numbers: string[] = []
  for (const line of readFileSync(SAMPLE, 'utf8').split('\n').slice(1)) {
    const [documentNumber = ''] = line.split(',')
    for (const certificate of await app.reading.certificates.listByDocument(documentNumber)) {
      const { newestIssued } = await app.reading.certificates.facts(certificate.id)
      const number = fullNumber(certificate)
      if (newestIssued !== null && !numbers.includes(number)) numbers.push(number)
    }
  }
  const rankOf = (number: string) => RANKS.indexOf(parseFullNumber(number)?.rank ?? 'lecturer')
  return numbers.sort((a, b) => rankOf(b) - rankOf(a) || (a < b ? -1 : 1))
}

async function verifyFile(app: App, file: string): Promise<VerificationResult> {
  return app.verification().verifyFile(readFileSync(join(files, file)))
}

async function tellOutcome(app: App, file: string, expected: Outcome): Promise<void> {
  const { outcome } = await verifyFile(app, file)
  console.log(`  ${file}：${OUTCOME_TITLES[outcome]['zh-TW']}`)
  if (outcome !== expected) throw new Error(`${file} is ${outcome}, must be ${expected}`)
}

async function showOutcomes(app: App, samples: readonly Sample[]): Promise<number> {
  heading('全部檔案的驗證結果 verify')
  let wrong = 0
  for (const { file, expected } of samples) {
    const { outcome, reason } = await verifyFile(app, file)
    if (outcome !== expected) wrong++
    const mark = outcome === expected ? '' : `　✗ 應為 ${OUTCOME_TITLES[expected]['zh-TW']}`
    console.log(`  ${OUTCOME_TITLES[outcome]['zh-TW']}　${file}　${REASON_TEXTS[reason].title['zh-TW']}${mark}`)
  }
  return wrong
}

/** Answers are kept instead of shown. */
function quiet() {
  let answer: unknown
  return {
    ...out,
    answer: (value: unknown) => {
      answer = value
    },
    last: () => answer,
  }
}

function heading(text: string): void {
  console.log(`\n■ ${text}`)
}
