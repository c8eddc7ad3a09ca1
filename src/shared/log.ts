import { type Logger, type LoggerOptions, pino } from 'pino'
import { safeError } from './safe-error.ts'

/**
 * Structured log, one JSON object a line on stderr; stdout belongs to the commands' answers. No personal data: no names,
 * ID numbers, tokens, addresses or names of files (docs/operations.md lists the fields).
 */
export type Log = Logger

/** Everything of a process goes to one stream. Written at once: what was logged before a crash is there. */
export const LOG_STREAM = pino.destination({ dest: 2, sync: true })

/** How every line looks, whoever writes it. */
export const LOG_FORMAT = {
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (level: string) => ({ level }) },
  serializers: { err: (error: unknown) => safeError(error) },
} satisfies LoggerOptions

export function createLog(level: string, stream: { write(line: string): void } = LOG_STREAM): Log {
  return pino({ ...LOG_FORMAT, level }, stream)
}
