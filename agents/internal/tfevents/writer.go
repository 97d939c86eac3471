// Package tfevents writes the event files that TensorBoard reads: TFRecord
// frames around a few protocol-buffer fields, both small enough to own.
//
// The layout of a frame and of the messages is that of TensorFlow's
// tensorflow/core/lib/io/record_writer.h, tensorflow/core/util/event.proto and
// tensorflow/core/framework/summary.proto.
package tfevents

import (
	"encoding/binary"
	"hash/crc32"
	"io"
	"math"
	"time"
)

// Field numbers and wire types of the messages that are written, as the tag
// byte number<<3|type: type 0 is a varint, 1 eight bytes, 2 a length and
// bytes, 5 four bytes.
const (
	eventWallTime    = 1<<3 | 1
	eventStep        = 2 << 3
	eventFileVersion = 3<<3 | 2
	eventSummary     = 5<<3 | 2
	summaryValue     = 1<<3 | 2
	valueTag         = 1<<3 | 2
	valueSimple      = 2<<3 | 5
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// Writer appends events to an underlying writer, each with one Write call, so
// that a file never ends within a frame unless the machine stops.
type Writer struct {
	w                     io.Writer
	frame, event, summary []byte // reused
}

// NewWriter returns a Writer that appends to w. A new file must start with
// [Writer.Version].
func NewWriter(w io.Writer) *Writer { return &Writer{w: w} }

// Version writes the event that every file starts with.
func (w *Writer) Version(now time.Time) error {
	w.event = appendHead(w.event[:0], now, 0)
	w.event = appendBytes(w.event, eventFileVersion, []byte("brain.Event:2"))
	return w.flush()
}

// Scalar is one measured value; Tag groups curves by its part before a slash.
type Scalar struct {
	Tag   string
	Value float64
}

// Scalars writes one event with the values at a step; NaN values are left out,
// and nothing is written if none remain.
func (w *Writer) Scalars(now time.Time, step int64, values []Scalar) error {
	w.event = appendHead(w.event[:0], now, step)
	w.summary = w.summary[:0]
	for _, s := range values {
		if math.IsNaN(s.Value) {
			continue
		}
		// The value's length: tag byte, length byte(s), tag text, tag byte, float32.
		n := 1 + uvarintLen(uint64(len(s.Tag))) + len(s.Tag) + 5
		w.summary = append(w.summary, summaryValue)
		w.summary = binary.AppendUvarint(w.summary, uint64(n))
		w.summary = appendBytes(w.summary, valueTag, []byte(s.Tag))
		w.summary = append(w.summary, valueSimple)
		w.summary = binary.LittleEndian.AppendUint32(w.summary, math.Float32bits(float32(s.Value)))
	}
	if len(w.summary) == 0 {
		return nil
	}
	w.event = appendBytes(w.event, eventSummary, w.summary)
	return w.flush()
}

// flush writes the event in its frame: length, checksum of the length, data,
// checksum of the data.
func (w *Writer) flush() error {
	w.frame = binary.LittleEndian.AppendUint64(w.frame[:0], uint64(len(w.event)))
	w.frame = binary.LittleEndian.AppendUint32(w.frame, maskedCRC(w.frame))
	w.frame = append(w.frame, w.event...)
	w.frame = binary.LittleEndian.AppendUint32(w.frame, maskedCRC(w.event))
	_, err := w.w.Write(w.frame)
	return err
}

// maskedCRC is TFRecord's checksum: CRC-32C, rotated and shifted so that the
// checksum of data that holds checksums stays meaningful.
func maskedCRC(data []byte) uint32 {
	c := crc32.Checksum(data, castagnoli)
	return (c>>15 | c<<17) + 0xa282ead8
}

func appendHead(dst []byte, now time.Time, step int64) []byte {
	dst = append(dst, eventWallTime)
	dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(float64(now.UnixNano())/1e9))
	dst = append(dst, eventStep)
	return binary.AppendUvarint(dst, uint64(step))
}

func appendBytes(dst []byte, tag byte, data []byte) []byte {
	dst = append(dst, tag)
	dst = binary.AppendUvarint(dst, uint64(len(data)))
	return append(dst, data...)
}

func uvarintLen(v uint64) int {
	n := 1
	for ; v >= 0x80; v >>= 7 {
		n++
	}
	return n
}
