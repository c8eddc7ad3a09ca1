import QRCode from 'qrcode'

/** The modules of a QR code (ISO/IEC 18004), row by row. The quiet zone is not part of it. */
export type QrMatrix = {
  readonly size: number
  /** one byte a module, 1 for dark */
  readonly modules: Uint8Array
}

/** Quiet zone on each side, in modules (ISO/IEC 18004, 6.3.8). */
export const QUIET_ZONE = 4

/**
 * The QR code of a verification address. Correction level M: 15 % of the symbol may be lost to a fold or a stamp. The
 * token is encoded as alphanumeric, which keeps the modules large. The mask is the one that scores best for such
 * addresses (ISO/IEC 18004, 7.8.3) on average; trying all eight takes ten times as long as all the rest of the code.
 */
export function qrMatrix(address: string): QrMatrix {
  if (address !== latest?.address) latest = { address, matrix: encode(address) }
  return latest.matrix
}

/** Drawing and lint ask for the same one in turn. What the lint shows is that it was drawn, not that it was encoded. */
let latest: { readonly address: string; readonly matrix: QrMatrix } | undefined

function encode(address: string): QrMatrix {
  const tokenAt = address.lastIndexOf('/') + 1
  const [start, token] = [address.slice(0, tokenAt), address.slice(tokenAt)]
  const parts = /^[0-9A-Z]+$/.test(token)
    ? [
        { data: Buffer.from(start), mode: 'byte' as const },
        { data: token, mode: 'alphanumeric' as const },
      ]
    : address
  const { modules } = QRCode.create(parts, { errorCorrectionLevel: 'M', maskPattern: 2 })
  return { size: modules.size, modules: modules.data }
}

/**
 * The dark modules as one filled path in PDF operators: a rectangle for each run in a row, in units of a module.
 * @param x left edge, `bottom` lower edge and `side` length of the whole square with its quiet zone, in points
 */
export function qrPath(matrix: QrMatrix, x: number, bottom: number, side: number): string {
  const module = decimal(side / (matrix.size + 2 * QUIET_ZONE))
  const parts = [`${module} 0 0 ${module} ${decimal(x)} ${decimal(bottom)} cm`]
  const { size, modules } = matrix
  for (let row = 0; row < size; row++) {
    const y = size + QUIET_ZONE - 1 - row
    const first = row * size
    for (let column = 0; column < size; column++) {
      if (modules[first + column] !== 1) continue
      const start = column
      while (column + 1 < size && modules[first + column + 1] === 1) column++
      parts.push(`${QUIET_ZONE + start} ${y} ${column + 1 - start} 1 re`)
    }
  }
  return `${parts.join('\n')}\nf`
}

function decimal(value: number): string {
  return String(Math.round(value * 10_000) / 10_000)
}
