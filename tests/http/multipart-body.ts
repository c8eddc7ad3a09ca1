export type Part = {
  readonly field: string
  readonly fileName?: string
  readonly type?: string
  readonly content: Buffer | string
}

const BOUNDARY = '----dcert-test-boundary'

/** A real multipart body, as a browser writes it. */
export function multipartBody(parts: readonly Part[]): { payload: Buffer; headers: Record<string, string> } {
  const pieces = parts.flatMap(({ field, fileName, type = 'application/pdf', content }) => {
    const file = fileName === undefined ? '' : `; filename="${fileName}"\r\nContent-Type: ${type}`
    const head = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${field}"${file}\r\n\r\n`
    return [Buffer.from(head), Buffer.from(content), Buffer.from('\r\n')]
  })
  const payload = Buffer.concat([...pieces, Buffer.from(`--${BOUNDARY}--\r\n`)])
  return { payload, headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` } }
}

export function oneFile(content: Buffer | string, fileName = 'certificate.pdf') {
  return multipartBody([{ field: 'file', fileName, content }])
}
