import { describe, expect, test } from 'vitest'
import { outageOf } from '../../src/shared/outage.ts'

function errorOf(code: string): Error {
  return Object.assign(new Error('something'), { code })
}

describe('what a disk or a database cannot do is told with what to do about it', () => {
  test.each([
    ['ENOSPC', /空間不足/],
    ['EDQUOT', /空間不足/],
    ['SQLITE_FULL', /空間不足/],
    ['SQLITE_IOERR_SHMSIZE', /空間不足/],
    ['53100', /空間不足/],
    ['EROFS', /唯讀/],
    ['SQLITE_READONLY_DIRECTORY', /唯讀/],
    ['SQLITE_CANTOPEN', /權限/],
    ['SQLITE_CORRUPT_INDEX', /備份/],
    ['SQLITE_NOTADB', /備份/],
    ['SQLITE_IOERR_FSYNC', /讀寫失敗/],
    ['58030', /讀寫失敗/],
  ])('%s', (code, words) => {
    expect(outageOf(errorOf(code))).toMatchObject({
      code: 'UNAVAILABLE',
      userMessage: expect.stringMatching(words),
      cause: expect.objectContaining({ code }),
    })
  })

  test('an error of the file system names the file', () => {
    const error = Object.assign(errorOf('ENOSPC'), { path: '/somewhere' })
    expect(outageOf(error)?.userMessage).toMatch(/（\/somewhere）$/)
  })

  test.each([
    new Error('a mistake of ours'),
    errorOf('SQLITE_CONSTRAINT_UNIQUE'),
    errorOf('ENOENT'),
    'text',
    undefined,
  ])('anything else is no outage: %s', (error) => {
    expect(outageOf(error)).toBeUndefined()
  })
})
