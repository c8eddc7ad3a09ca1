import { describe, expect, test } from 'vitest'
import { AppError } from '../../src/shared/app-error.ts'
import { createLog } from '../../src/shared/log.ts'
import { describeSafely } from '../../src/shared/safe-error.ts'

/** What the log and the terminal show of an error. */
function shown(error: unknown): string {
  let line = ''
  const write = (text: string) => {
    line = text
  }
  createLog('info', { write }).error({ err: error }, 'it failed')
  return line + describeSafely(error)
}

function thrownBy(work: () => unknown): unknown {
  try {
    return work()
  } catch (error) {
    return error
  }
}

/** As node-postgres throws it: the values stand in `detail` and in the message. */
const ofPostgres = Object.assign(new Error('invalid input syntax for type integer: "A123456707"'), {
  code: '22P02',
  detail: 'Key (id_number)=(A123456707) already exists.',
  where: 'unnamed portal parameter $1 = 林堃煊',
  table: 'person_id_numbers',
})

describe('the log shows of an error nothing that names a person', () => {
  test.each<[string, unknown]>([
    ['of PostgreSQL', ofPostgres],
    ['of JSON.parse', thrownBy(() => JSON.parse('{"name":"林堃煊","id":A123456707}'))],
    [
      'of the file system',
      Object.assign(new Error("ENOENT: no such file or directory, open '/srv/A123456707.pdf'"), {
        code: 'ENOENT',
        path: '/srv/A123456707.pdf',
      }),
    ],
    ['a refusal of ours', new AppError('CONFLICT', '林堃煊 的 教字第149903號 已撤銷', { idNumber: 'A123456707' })],
    ['with words after a number', new Error('林堃煊 (A123456707) born 1976-01-02 kunhsuan@example.tw')],
    ['as the cause of another', new AppError('UNAVAILABLE', '登錄資料庫無法使用', {}, { cause: ofPostgres })],
    ['that is no error', { name: '林堃煊', id: 'A123456707' }],
    ['that is a text', '林堃煊 A123456707'],
  ])('%s', (_, error) => {
    expect(shown(error)).not.toMatch(/林|堃|煊|A123456707|149903|1976|kunhsuan|id_number/)
  })
})

describe('and still says what is the matter', () => {
  test('type, code and where it was thrown', () => {
    const text = shown(ofPostgres)
    expect(text).toContain('22P02')
    expect(text).toContain('invalid input syntax for type integer')
    expect(text).toMatch(/safe-error\.test\.ts:\d+/)
  })

  test('words about the house itself, with details and cause', () => {
    const cause = Object.assign(new Error('disk I/O error'), { code: 'SQLITE_IOERR' })
    const text = shown(new AppError('UNAVAILABLE', '登錄資料庫無法開啟', { path: '/srv/dcert.sqlite' }, { cause }))
    for (const part of ['登錄資料庫無法開啟', '/srv/dcert.sqlite', 'SQLITE_IOERR']) expect(text).toContain(part)
  })

  test('the code of a refusal', () => {
    expect(shown(new AppError('CONFLICT', '林堃煊'))).toContain('CONFLICT')
  })
})
