import { isUtf8 } from 'node:buffer'
import iconv from 'iconv-lite'
import { AppError } from '../shared/app-error.ts'

export type DecodedText = {
  readonly text: string
  /** Big5 writes `?` for what it cannot hold, so a `?` in such a file may have been a character. */
  readonly encoding: 'utf-8' | 'utf-16' | 'big5'
}

/**
 * Text of an uploaded file: UTF-8 (with or without BOM), UTF-16 with BOM, else Big5 as Excel writes it.
 * What cannot be decoded becomes U+FFFD and is refused in the cell where it stands.
 * `expected` is a text that a right decoding shows; without it damaged UTF-8 is never taken for Big5.
 */
export function decodeText(bytes: Uint8Array, expected: string | null): DecodedText {
  if (startsWith(bytes, [0xff, 0xfe])) return { text: new TextDecoder('utf-16le').decode(bytes), encoding: 'utf-16' }
  if (startsWith(bytes, [0xfe, 0xff])) return { text: new TextDecoder('utf-16be').decode(bytes), encoding: 'utf-16' }
  refuseWorkbook(bytes)
  if (expected !== null && !isUtf8(bytes)) {
    // cp950, not iconv's `big5`: that one adds the characters of Hong Kong, and a Taiwanese 造字 would silently
    // become another character.
    const text = iconv.decode(bytes, 'cp950')
    if (text.includes(expected)) return { text, encoding: 'big5' }
  }
  return { text: new TextDecoder('utf-8').decode(bytes), encoding: 'utf-8' }
}

function refuseWorkbook(bytes: Uint8Array): void {
  const isWorkbook = startsWith(bytes, [0x50, 0x4b, 0x03, 0x04]) || startsWith(bytes, [0xd0, 0xcf, 0x11, 0xe0])
  if (isWorkbook) {
    throw new AppError(
      'INVALID_INPUT',
      '這是試算表活頁簿（xlsx、ods 或 xls），請另存為「CSV UTF-8（逗號分隔）」再匯入。',
    )
  }
}

function startsWith(bytes: Uint8Array, prefix: readonly number[]): boolean {
  return prefix.every((byte, index) => bytes[index] === byte)
}
