import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, onTestFinished, test } from 'vitest'
import { openApp } from '../../src/app.ts'
import { openDatabase } from '../../src/storage/database.ts'
import { transactions } from '../../src/storage/transactions.ts'
import { openHouse } from '../support/house.ts'

/** Another process in the middle of a transaction. */
function writeLock(directory: string): void {
  const other = new Database(join(directory, 'dcert.sqlite'))
  other.exec('begin immediate')
  onTestFinished(() => void other.close())
}

describe('while another process writes', () => {
  test('opening the register and verifying go on (E64)', async () => {
    const house = await openHouse()
    const { certificate } = await house.issue()
    await house.confirm(certificate.id)
    const file = await house.file(certificate.id)
    writeLock(house.directory)
    const second = await openApp(house.app.config, house.app.clock)
    onTestFinished(() => second.close())
    expect((await second.verification().verifyFile(file)).reason).toBe('current')
  })

  test('a change is refused in the end, with words that say why, and nothing is done', async () => {
    const house = await openHouse()
    writeLock(house.directory)
    const url = `sqlite:${join(house.directory, 'dcert.sqlite')}`
    const impatient = openDatabase(url, { readOnly: false, patience: 20 })
    onTestFinished(() => impatient.destroy())
    const change = transactions(impatient).run((stores) => stores.persons.getOrCreate('A123456789'))
    await expect(change).rejects.toMatchObject({ code: 'BUSY', userMessage: expect.stringContaining('沒有任何變更') })
    expect(house.rows('select * from persons')).toEqual([])
  })
})
