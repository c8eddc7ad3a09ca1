import { createCipheriv } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** Bytes without structure that do not compress, the same in every run: AES in counter mode, the seed its key. */
export function noise(length: number, seed = 1): Buffer {
  const key = Buffer.alloc(16)
  key.writeUInt32BE(seed)
  return createCipheriv('aes-128-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(length))
}

/** Whole numbers below a bound, the same in every run: a Lehmer generator (Park and Miller). */
export function random(seed: number): (below: number) => number {
  let state = (seed * 2_654_435 + 12_345) % 2_147_483_647 || 1
  return (below) => {
    state = (state * 48_271) % 2_147_483_647
    return state % below
  }
}

/** A ZIP with one stored file (APPNOTE 4.3). */
export function zip(name: string, content: Buffer): Buffer {
  const facts = Buffer.alloc(26)
  facts.writeUInt16LE(10, 0)
  facts.writeUInt32LE(crc32(content), 10)
  facts.writeUInt32LE(content.length, 14)
  facts.writeUInt32LE(content.length, 18)
  facts.writeUInt16LE(name.length, 22)
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), facts, Buffer.from(name)])
  const central = Buffer.concat([Buffer.from('PK\x01\x02\x0a\x00'), facts, Buffer.alloc(14), Buffer.from(name)])
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06')
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(central.length, 12)
  end.writeUInt32LE(local.length + content.length, 16)
  return Buffer.concat([local, content, central, end])
}
