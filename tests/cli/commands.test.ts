import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { answerOf } from '../support/command-output.ts'
import { approvedCase, dataDirectory, openHouse, REPLY, temporaryDirectory, writeInto } from '../support/house.ts'
import { runSql } from '../support/raw-sql.ts'
import { registerUrl, sqlFor, withoutRefusals } from '../support/register.ts'
import { casesFile } from './cases.ts'
import { dcert, environmentOf } from './run.ts'

const NUMBER = '教字第149903號'
const DOCUMENT = '1140018806'

/** A data directory with one issued certificate. */
async function issued(changes = {}): Promise<string> {
  const house = await openHouse()
  await house.issue(changes)
  await house.app.close()
  return house.directory
}

describe('every command', () => {
  test.each([
    [],
    ['keys', 'init'],
    ['keys', 'status'],
    ['issue'],
    ['confirm'],
    ['unconfirm'],
    ['reissue'],
    ['revoke'],
    ['reinstate'],
    ['export'],
    ['verify'],
    ['audit', 'verify'],
    ['audit', 'documents'],
    ['backup'],
    ['restore'],
    ['serve'],
  ])('dcert %s %s --help explains itself, touches nothing, ends with 0', async (...words) => {
    const directory = temporaryDirectory()
    const ran = await dcert(directory, ...words.filter((word) => word !== undefined), '--help')
    expect([ran.code, ran.stderr]).toEqual([0, ''])
    expect(ran.stdout).toContain(`Usage: dcert ${words.join(' ')}`.trim())
    expect(readdirSync(directory)).toEqual([])
  })

  test.each([
    [[]],
    [['issu']],
    [['issue']],
    [['issue', 'a.csv', 'b.csv']],
    [['issue', 'a.csv', '--konfirm']],
    [['issue', '/nowhere/cases.csv']],
    [['confirm']],
    [['reissue', NUMBER, '--document', REPLY, '--set', '姓名=王']],
    [['reissue', NUMBER, '--reason', 'whim', '--document', REPLY, '--set', '姓名=王']],
    [['reissue', NUMBER, '--reason', 'correction', '--document', REPLY, '--set', '姓名']],
    [['reissue', '149903', '--reason', 'correction', '--document', REPLY, '--set', '姓名=王']],
    [['revoke', '--person', 'A123456707', '--from-rank', '教授', '--ground', '2']],
    [['revoke', '--person', 'A123456707', '--from-rank', '院長', '--ground', '2', '--document', REPLY]],
    [['revoke', '--person', 'A123456707', '--from-rank', '教授', '--ground', '5', '--document', REPLY]],
    [['revoke', '--person', 'A123456707', '--from-rank', '教授', '--ground', '五', '--document', REPLY]],
    [['reinstate', 'act', '--document', REPLY]],
    [['export', NUMBER]],
    [['export', NUMBER, '--out', '/tmp', '--version', '0']],
    [['export', NUMBER, '--out', '/tmp', '--version', 'two']],
    [['export', NUMBER, '--out', '/tmp', '--language', 'fr']],
    [['export', '149903', '--out', '/tmp']],
    [['verify']],
    [['verify', '/nowhere/file.pdf']],
    [['verify', '/tmp']],
    [['audit']],
    [['audit', 'everything']],
    [['keys', 'init', '--algorithm', 'rsa-1024']],
  ])('used wrongly, %j, ends with 2, a reason, and one line of JSON', async (words) => {
    const nowhere = environmentOf(temporaryDirectory())
    const ran = await dcert(nowhere, ...words)
    expect(ran.code).toBe(2)
    expect(ran.stderr).not.toBe('')
    expect(ran.stdout).toBe('')
    const json = await dcert(nowhere, ...words, ...(words.length < 2 ? [] : ['--json']))
    expect(json.code).toBe(2)
    if (words.length >= 2 && json.stdout !== '') expect(answerOf(json)).toMatchObject({ error: { code: 'USAGE' } })
  })

  test('a register that cannot be opened is refused with 1, in one line of JSON; verify says 5', async () => {
    const directory = temporaryDirectory()
    const letter = writeInto(directory, 'a-letter', 'no register '.repeat(500))
    const url = sqlFor({ sqlite: `sqlite:${letter}`, postgres: 'postgres://somebody:secret@127.0.0.1:1/dcert' })
    const environment = { ...environmentOf(directory), DCERT_DATABASE_URL: url }
    const audit = await dcert(environment, 'audit', 'verify', '--json')
    expect([audit.code, answerOf(audit)]).toMatchObject([1, { error: { code: 'UNAVAILABLE' } }])
    const file = writeInto(directory, 'a.pdf', '%PDF-1.7')
    const verify = await dcert(environment, 'verify', file, '--json')
    expect([verify.code, answerOf(verify)]).toMatchObject([5, { error: { code: 'register-unavailable' } }])
    expect(JSON.stringify([audit, verify])).not.toContain('secret')
  })

  test('what nobody foresaw is told on stderr, with one line of JSON and no secret in it', async () => {
    const directory = await issued()
    await runSql(await registerUrl(directory), [
      sqlFor({ sqlite: 'pragma foreign_keys = off', postgres: 'set session_replication_role = replica' }),
      ...withoutRefusals('documents', 'delete'),
      'delete from documents',
    ])
    const ran = await dcert(directory, 'export', NUMBER, '--out', join(directory, 'out'), '--json')
    expect([ran.code, answerOf(ran)]).toMatchObject([1, { error: { code: 'INTERNAL' } }])
    expect(ran.stderr).not.toBe('')
  })

  test('a file where a directory is meant is wrong usage', async () => {
    const directory = await issued()
    const ran = await dcert(directory, 'export', NUMBER, '--out', writeInto(directory, 'a-file', ''), '--json')
    expect([ran.code, answerOf(ran)]).toMatchObject([2, { error: { code: 'USAGE' } }])
  })

  test('without keys nothing is issued: exit 1, naming keys init', async () => {
    const ran = await dcert(temporaryDirectory(), 'issue', casesFile({}), '--json')
    expect(ran.code).toBe(1)
    expect(answerOf(ran)).toMatchObject({ error: { message: expect.stringContaining('keys init') } })
  })
})

describe('issue', () => {
  test('counts cases, names bad rows by line and column, goes on with the good ones, ends with 1 (E63)', async () => {
    const directory = await dataDirectory()
    const file = casesFile(
      {},
      { number: '2', name: '方若𗼇' },
      { number: '3', supportsElectronic: false },
      { number: '4', sex: '' },
    )
    const first = await dcert(directory, 'issue', file, '--json')
    expect(first.code).toBe(1)
    const summary = answerOf<{ refused: { line: number; column: string; reason: string }[] }>(first)
    expect(summary).toMatchObject({ issued: 1, unchanged: 0, withoutCertificate: 1 })
    expect(summary.refused.map(({ column }) => column)).toEqual(['name', 'sex'])
    expect(summary.refused[0]?.reason).toMatch(/𗼇.*U\+17F07/)
    expect(first.stderr).toMatch(/拒絕 第 \d+ 行「name」/)
    const again = await dcert(directory, 'issue', file, '--json')
    expect(answerOf(again)).toMatchObject({ issued: 0, unchanged: 1, withoutCertificate: 1 })
  })

  test('with --confirm confirms what was never confirmed, and leaves a cancelled one cancelled', async () => {
    const directory = await dataDirectory()
    const file = casesFile({})
    expect((await dcert(directory, 'issue', file, '--confirm')).code).toBe(0)
    const again = await dcert(directory, 'confirm', DOCUMENT, '--json')
    expect([again.code, answerOf(again)]).toEqual([0, { confirmed: [], unchanged: [NUMBER], refused: [] }])
    await dcert(directory, 'unconfirm', DOCUMENT)
    expect((await dcert(directory, 'issue', file, '--confirm')).code).toBe(0)
    expect(answerOf(await dcert(directory, 'unconfirm', DOCUMENT, '--json'))).toMatchObject({ unchanged: [NUMBER] })
  })
})

describe('confirm and unconfirm', () => {
  test('of a document, of one certificate, of one that the document does not have', async () => {
    const directory = await issued()
    const ran = await dcert(directory, 'confirm', DOCUMENT, NUMBER, '教字第1號', '--json')
    expect(ran.code).toBe(1)
    expect(answerOf(ran)).toMatchObject({ confirmed: [NUMBER], unchanged: [], refused: [{ certificate: '教字第1號' }] })
    expect(answerOf(await dcert(directory, 'unconfirm', DOCUMENT, '--json'))).toEqual({
      unconfirmed: [NUMBER],
      unchanged: [],
      refused: [],
    })
  })

  test('of a document that nobody knows is refused: exit 1', async () => {
    expect((await dcert(await issued(), 'confirm', '1150000000')).code).toBe(1)
  })
})

describe('revoke and reinstate', () => {
  const person = ['--person', approvedCase().idNumber, '--from-rank', '講師', '--document', REPLY]

  test('a dry run has no act; an act is named, and is taken back by its name once', async () => {
    const directory = await issued()
    const dry = await dcert(directory, 'revoke', ...person, '--ground', '二', '--dry-run', '--json')
    expect([dry.code, answerOf(dry)]).toEqual([0, { act: null, certificates: [NUMBER] }])
    const { act, certificates } = answerOf(await dcert(directory, 'revoke', ...person, '--ground', '2', '--json'))
    expect(certificates).toEqual([NUMBER])
    expect((await dcert(directory, 'revoke', ...person, '--ground', '2')).code).toBe(1)
    const reinstate = ['reinstate', String(act), '--document', REPLY, '--reason', '訴願有理由', '--json']
    expect((await dcert(directory, ...reinstate)).code).toBe(0)
    const twice = await dcert(directory, ...reinstate)
    expect([twice.code, answerOf(twice)]).toMatchObject([1, { error: { code: 'CONFLICT' } }])
  })

  test('a blank document number or reason is no document number or reason (E59)', async () => {
    const directory = await issued()
    const words = [
      'revoke',
      '--person',
      approvedCase().idNumber,
      '--from-rank',
      '講師',
      '--ground',
      '2',
      '--document',
      ' ',
    ]
    expect((await dcert(directory, ...words)).code).not.toBe(0)
    const { act } = answerOf(await dcert(directory, 'revoke', ...person, '--ground', '2', '--json'))
    expect((await dcert(directory, 'reinstate', String(act), '--document', REPLY, '--reason', ' ')).code).not.toBe(0)
    expect((await dcert(directory, 'reinstate', String(act), '--document', '', '--reason', 'x')).code).not.toBe(0)
  })
})

describe('reissue', () => {
  test('makes the next version, waits for its confirmation or confirms at once', async () => {
    const directory = await issued()
    const words = ['reissue', NUMBER, '--reason', 'correction', '--document', REPLY, '--json']
    const first = await dcert(directory, ...words, '--set', '姓名=林坤煊')
    expect([first.code, answerOf(first)]).toEqual([0, { certificate: NUMBER, version: 2, confirmed: false }])
    const second = await dcert(directory, ...words, '--set', '姓名=林焜煊', '--set', '生日=65-01-03', '--confirm')
    expect(answerOf(second)).toEqual({ certificate: NUMBER, version: 3, confirmed: true })
    expect((await dcert(directory, ...words, '--set', '證書字號=1')).code).toBe(1)
  })
})
