import { userInfo } from 'node:os'
import type { Writable } from 'node:stream'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { type App, openApp } from './app.ts'
import { auditDocuments, auditVerify } from './cli/audit.ts'
import { backup } from './cli/backup.ts'
import { confirm } from './cli/confirm.ts'
import { type ExportOptions, exportFiles } from './cli/export.ts'
import { issue } from './cli/issue.ts'
import { ALGORITHMS, keysInit, keysStatusCommand } from './cli/keys.ts'
import { EXIT, type Output, output, UsageError } from './cli/output.ts'
import { type ReissueOptions, reissue } from './cli/reissue.ts'
import { restore } from './cli/restore.ts'
import { type RevokeOptions, reinstate, revoke } from './cli/revoke.ts'
import { serve } from './cli/serve.ts'
import { EXIT_CANNOT_BE_CHECKED, verify } from './cli/verify.ts'
import { type Config, readConfig, SETTINGS } from './config.ts'
import { AppError } from './shared/app-error.ts'
import { systemClock } from './shared/clock.ts'
import { outageOf } from './shared/outage.ts'
import { describeSafely } from './shared/safe-error.ts'

export type CliStreams = {
  readonly stdout?: Writable
  readonly stderr?: Output['stderr']
  readonly environment?: NodeJS.ProcessEnv
}

/**
 * Runs one command.
 * @param args what stands after `dcert`
 * @returns the exit code: 0 done, 1 refused or some rows refused, 2 wrong usage; `verify` has its own
 */
export async function runCli(args: readonly string[], streams: CliStreams = {}): Promise<number> {
  const json = args.includes('--json')
  const out = output(json, streams.stdout, streams.stderr)
  let exitCode: number = EXIT.done
  const program = commands(streams, out, (code) => {
    exitCode = code
  })
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    if (!(error instanceof CommanderError)) return explain(error, out, args[0] === 'verify')
    if (error.exitCode === 0) return EXIT.done
    if (out.json) out.answer({ error: { code: 'USAGE', message: error.message } }, '')
    return EXIT.usage
  }
}

/** Tells what went wrong; a register that cannot be asked is no outcome of a verification, but an exit code of its own. */
function explain(error: unknown, out: Output, verifying: boolean): number {
  if (error instanceof UsageError) {
    out.note(error.message)
    if (out.json) out.answer({ error: { code: 'USAGE', message: error.message } }, '')
    return EXIT.usage
  }
  const known = error instanceof AppError ? error : outageOf(error)
  const unavailable = verifying && (known === undefined || ['UNAVAILABLE', 'BUSY'].includes(known.code))
  const code = unavailable ? 'register-unavailable' : (known?.code ?? 'INTERNAL')
  const message = known?.userMessage ?? '發生未預期的錯誤，詳見 stderr'
  out.note(known?.userMessage ?? describeSafely(error))
  if (out.json) out.answer({ error: { code, message } }, '')
  return unavailable ? EXIT_CANNOT_BE_CHECKED : EXIT.refused
}

function commands(streams: CliStreams, out: Output, done: (code: number) => void): Command {
  const program = new Command('dcert')
  program
    .description('發給、保存並驗證電子證書。結束碼：0 完成；1 拒絕或部分拒絕；2 用法錯誤。')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void (streams.stdout ?? process.stdout).write(text),
      writeErr: (text) => void (streams.stderr ?? process.stderr).write(text),
    })
  const config = (): Config => readConfig(streams.environment)
  const actor = `cli:${loginName()}`

  /** Opens the house for one command, and closes it again whatever happens. */
  const withApp = async (work: (app: App) => Promise<number>, options = { looking: false }): Promise<void> => {
    const app = await openApp({ ...config(), logLevel: 'warn' }, systemClock, options)
    try {
      done(await work(app))
    } finally {
      await app.close()
    }
  }
  const command = (parent: Command, usage: string, description: string): Command =>
    parent.command(usage).description(description).option('--json', '以一行 JSON 回答').exitOverride()

  const keys = program.command('keys').description('簽章金鑰').exitOverride()
  command(keys, 'init', '建立開發用的 PKI 與金鑰')
    .addOption(new Option('--algorithm <name>', '金鑰種類').choices(ALGORITHMS).default('rsa-2048'))
    .option('--force', '取代現有的金鑰；原有的移到旁邊保留')
    .action(async (options) => done(await keysInit(config(), systemClock, options, out)))
  command(keys, 'status', '目前的金鑰與憑證').action(async () =>
    done(await keysStatusCommand(config(), systemClock, out)),
  )

  command(program, 'issue <file>', '依核定案件（CSV 或 JSON）製作、簽章並保存電子證書')
    .option('--confirm', '一併確認')
    .action((file, options) => withApp((app) => issue(app, file, { confirm: options.confirm === true }, actor, out)))
  for (const action of ['confirm', 'unconfirm'] as const) {
    const word = action === 'confirm' ? '確認' : '取消確認'
    command(
      program,
      `${action} <document> [certificate...]`,
      `依原核定公文文號${word}證書；不指定證書時為該公文全部`,
    ).action((document, certificates) => withApp((app) => confirm(app, action, document, certificates, actor, out)))
  }
  command(program, 'reissue <certificate>', '更正或換發：製作下一版')
    .addOption(
      new Option('--reason <reason>', '更正或資料異動').choices(['correction', 'data-changed']).makeOptionMandatory(),
    )
    .requiredOption('--document <number>', '回復公文文號')
    .requiredOption('--set <column=value>', '要改的欄位與新值；可重複', (value: string, before: string[] = []) => [
      ...before,
      value,
    ])
    .option('--confirm', '一併確認')
    .action((certificate, options: ReissueOptions) => withApp((app) => reissue(app, certificate, options, actor, out)))
  command(program, 'revoke', '撤銷某人自某等級起的全部證書')
    .requiredOption('--person <id>', '身分證號')
    .requiredOption('--from-rank <rank>', '自此等級起')
    .requiredOption('--ground <款>', '審定辦法第44條第1項的款：1–4 或 一–四')
    .requiredOption('--document <number>', '公文文號')
    .option('--dry-run', '只列出會撤銷的證書')
    .action((options: RevokeOptions) => withApp((app) => revoke(app, options, actor, out)))
  command(program, 'reinstate <act>', '救濟成功：恢復一個撤銷案')
    .requiredOption('--document <number>', '公文文號')
    .requiredOption('--reason <text>', '理由')
    .action((act, options) => withApp((app) => reinstate(app, act, options, actor, out)))
  command(program, 'export <certificate>', '取出保存的檔案；未指定時為所有版本與語言')
    .option('--version <n>', '版本', wholeNumber)
    .addOption(new Option('--language <language>', '語言').choices(['zh-TW', 'en']))
    .requiredOption('--out <directory>', '寫到這個目錄')
    .action((certificate, options: ExportOptions) => withApp((app) => exportFiles(app, certificate, options, out)))
  command(program, 'verify <file...>', '驗證檔案。結束碼：0 成功；3 警告；4 失敗；5 目前無法驗證').action((files) =>
    withApp((app) => verify(app, files, out)),
  )

  const audit = program.command('audit').description('稽核').exitOverride()
  const looking = { looking: true }
  command(audit, 'verify', '檢查稽核紀錄的雜湊鏈').action(() => withApp((app) => auditVerify(app, out), looking))
  command(audit, 'documents', '重讀所有保存的檔案').action(() => withApp((app) => auditDocuments(app, out), looking))

  command(program, 'backup <file>', '備份登錄資料（服務照常運作），寫完即檢查；不含金鑰').action(async (file) =>
    done(await backup(config(), file, out)),
  )
  command(program, 'restore <file>', '檢查備份後還原成登錄資料')
    .option('--force', '取代現有的登錄資料；原有的移到旁邊保留')
    .action(async (file, options) =>
      done(await restore(config(), systemClock, file, { force: options.force === true }, out)),
    )

  command(program, 'serve', '啟動服務')
    .option('--demo', '每頁註明為示範系統')
    .addHelpText(
      'after',
      () =>
        `\n環境變數：\n${SETTINGS.map(([name, fallback, meaning]) => `  ${name}（${fallback}）${meaning}`).join('\n')}`,
    )
    .action(async (options) => done(await serve(() => openApp(config()), { demo: options.demo === true }, out)))
  return program
}

function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('請用正整數')
  return Number(text)
}

/** Who runs this; in a container a user need not have a name. */
function loginName(): string {
  try {
    return userInfo().username
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`
  }
}

if (import.meta.main) process.exitCode = await runCli(process.argv.slice(2))
