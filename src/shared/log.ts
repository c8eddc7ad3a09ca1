import { type Logger, pino } from 'pino'

/** Structured log, one JSON object a line on stderr; stdout belongs to the commands' answers. No personal data. */
export type Log = Logger

export function createLog(level: string): Log {
  return pino({ level }, pino.destination({ dest: 2, sync: true }))
}
