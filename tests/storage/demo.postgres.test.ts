import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { dataDirectory, temporaryDirectory } from '../support/house.ts'
import { readRows, runSql } from '../support/raw-sql.ts'
import { registerUrl, unmadeRegisterUrl } from '../support/register.ts'

/** `npm run demo -- --once --out DIR`, as DEVELOPERS run it. */
function demo(url: string, directory: string): Promise<{ code: number; text: string }> {
  const program = join(import.meta.dirname, '../../scripts/demo.ts')
  const environment = { ...process.env, DCERT_DATA_DIR: directory, DCERT_DATABASE_URL: url }
  return new Promise((resolve) => {
    const args = [program, '--once', '--out', join(directory, 'files')]
    execFile(process.execPath, args, { env: environment }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), text: stdout + stderr })
    })
  })
}

test('the demo tells its story on PostgreSQL, and again on its own register', async () => {
  const [url, directory] = [await unmadeRegisterUrl(), temporaryDirectory()]
  for (const _ of ['first', 'again']) {
    const { code, text } = await demo(url, directory)
    expect([code, text]).toEqual([0, expect.stringContaining('全部檔案的驗證結果')])
    expect(text).not.toContain('✗')
  }
  expect(readdirSync(join(directory, 'files'))).toContain('summary.json')
  expect(readdirSync(join(directory, 'demo')).filter((name) => name.includes('sqlite'))).toEqual([])
  const [row] = await readRows<{ n: number }>(url, 'select count(*) as n from certificates')
  expect(row?.n).toBeGreaterThan(10)
}, 180_000)

test('the demo does not touch a register that is not its own', async () => {
  const url = await registerUrl(await dataDirectory())
  await runSql(url, ["insert into persons (id) values ('somebody')"])
  const { code, text } = await demo(url, temporaryDirectory())
  expect([code, text]).toEqual([1, expect.stringContaining('示範請用空的資料庫')])
  expect(await readRows(url, 'select id from persons')).toEqual([{ id: 'somebody' }])
})
