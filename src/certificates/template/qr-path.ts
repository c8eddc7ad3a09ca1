import QRCode from 'qrcode'

/** The modules of a QR code (ISO/IEC 18004), row by row; true is dark. The quiet zone is not part of it. */
export type QrMatrix = { readonly size: number; dark(row: number, column: number): boolean }

/** Quiet zone on each side, in modules (ISO/IEC 18004, 6.3.8). */
export const QUIET_ZONE = 4

/**
 * The QR code of a verification address. Correction level M: 15 % of the symbol may be lost to a fold or a stamp. The
 * token is encoded as alphanumeric, which keeps the modules large. The mask is the one that scores best for such
 * addresses (ISO/IEC 18004, 7.8.3) on average; trying all eight takes ten times as long as all the rest of the code.
 */
export function qrMatrix(address: string): QrMatrix {
  const tokenAt = address.lastIndexOf('/') + 1
  const [start, token] = [address.slice(0, tokenAt), address.slice(tokenAt)]
  const parts = /^[0-9A-Z]+$/.test(token)
    ? [
        { data: Buffer.from(start), mode: 'byte' as const },
        { data: token, mode: 'alphanumeric' as const },
      ]
    : address
  const { modules } = QRCode.create(parts, { errorCorrectionLevel: 'M', maskPattern: 2 })
  return { size: modules.size, dark: (row, column) => modules.data[row * modules.size + column] === 1 }
}

/**
 * The dark modules as one filled path in PDF operators: a rectangle for each run in a row, in units of a module.
 * @param x left edge, `bottom` lower edge and `side` length of the whole square with its quiet zone, in points
 */
export function qrPath(matrix: QrMatrix, x: number, bottom: number, side: number): string {
  const module = decimal(side / (matrix.size + 2 * QUIET_ZONE))
  const parts = [`${module} 0 0 ${module} ${decimal(x)} ${decimal(bottom)} cm`]
  for (let row = 0; row < matrix.size; row++) {
    const y = matrix.size + QUIET_ZONE - 1 - row
    for (let column = 0; column < matrix.size; column++) {
      if (!matrix.dark(row, column)) continue
      const start = column
      while (column + 1 < matrix.size && matrix.dark(row, column + 1)) column++
      parts.push(`${QUIET_ZONE + start} ${y} ${column + 1 - start} 1 re`)
    }
  }
  return `${parts.join('\n')}\nf`
}

function decimal(value: number): string {
  return String(Math.round(value * 10_000) / 10_000)
}
