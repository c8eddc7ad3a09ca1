// Only on SQLite: PostgreSQL makes no database because somebody mistyped its name.
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { answerOf } from '../support/command-output.ts'
import { temporaryDirectory } from '../support/house.ts'
import { makeEmptyRegister, REGISTER } from './register-files.ts'
import { dcert } from './run.ts'

const backup = () => ['backup', join(temporaryDirectory(), 'a.backup')]
const LOOKING: [string, () => string[]][] = [
  ['audit verify', () => ['audit', 'verify']],
  ['audit documents', () => ['audit', 'documents']],
  ['backup', backup],
]

describe('a mistyped DCERT_DATABASE_URL does not look like a register without fault', () => {
  test.each(LOOKING)('%s makes no register where there is none', async (_, words) => {
    const directory = temporaryDirectory()
    const ran = await dcert(directory, ...words(), '--json')
    expect([ran.code, answerOf(ran)]).toMatchObject([1, { error: { code: 'NOT_FOUND' } }])
    expect(ran.stderr).toContain(join(directory, REGISTER))
    expect(readdirSync(directory)).toEqual([])
  })

  test.each(LOOKING)('%s refuses an empty file and leaves it empty', async (_, words) => {
    const directory = temporaryDirectory()
    writeFileSync(join(directory, REGISTER), '')
    expect(await dcert(directory, ...words())).toMatchObject({ code: 1, stderr: expect.stringContaining('是空的') })
    expect(readdirSync(directory)).toEqual([REGISTER])
  })

  test('the audits say of a register with nothing in it that it has nothing', async () => {
    const directory = temporaryDirectory()
    await makeEmptyRegister(directory)
    for (const [words, said] of [
      ['verify', '稽核紀錄是空的'],
      ['documents', '一份檔案也沒有'],
    ] as const) {
      const ran = await dcert(directory, 'audit', words)
      expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining(said) })
      expect(ran.stdout).not.toContain('完整')
    }
  })

  test('a backup of one with nothing in it is refused', async () => {
    const directory = temporaryDirectory()
    await makeEmptyRegister(directory)
    const out = temporaryDirectory()
    const ran = await dcert(directory, 'backup', join(out, 'a.backup'))
    expect(ran).toMatchObject({ code: 1, stderr: expect.stringContaining('沒有任何資料') })
    expect(readdirSync(out)).toEqual([])
  })
})
