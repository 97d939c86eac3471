package miniworld

import "math"

// sincos returns the sine and cosine of an angle, rounded correctly in all but
// about one case in a hundred thousand. math.Sincos is off by one unit in the
// last place for a fifth of all angles and may differ between processors; the C
// library of the original is, like this, almost always the nearest number.
//
// The angle is reduced to [-pi/4, pi/4] with pi/2 in three parts, and the
// Taylor series is summed with its leading terms in pairs of float64.
func sincos(x float64) (sin, cos float64) {
	if !(math.Abs(x) < 1<<20) {
		return math.Sincos(x)
	}
	k := math.Round(x * (2 / math.Pi))
	// The first difference is exact: both are multiples of the same 2^-53 or
	// less, and the result is smaller than 1.
	r := pair{hi: math.FMA(-k, halfPi1, x)}
	r = r.plus(product(-k, halfPi2))
	r = r.plus(pair{hi: -k * halfPi3})
	q := r.times(r)
	s := r.plus(r.times(q).times(series(q, sinTerms[:], sinTail[:])))
	c := pair{hi: 1}.plus(q.times(series(q, cosTerms[:], cosTail[:])))
	switch int64(k) & 3 {
	case 0:
		return s.hi, c.hi
	case 1:
		return c.hi, -s.hi
	case 2:
		return -s.hi, -c.hi
	}
	return -c.hi, s.hi
}

// pi/2 in three parts, the nearest float64 to what is left each time.
const (
	halfPi1 = 0x1.921fb54442d18p+0
	halfPi2 = 0x1.1a62633145c07p-54
	halfPi3 = -0x1.f1976b7ed8fbcp-110
)

// pair is the sum of two float64, of which hi is the sum rounded.
type pair struct{ hi, lo float64 }

// product is a*b exactly.
func product(a, b float64) pair {
	p := a * b
	return pair{p, math.FMA(a, b, -p)}
}

// plus adds (Knuth's two-sum).
func (a pair) plus(b pair) pair {
	s := a.hi + b.hi
	t := s - a.hi
	e := (a.hi - (s - t)) + (b.hi - t)
	e += a.lo + b.lo
	hi := s + e
	return pair{hi, e - (hi - s)}
}

// times multiplies, to about 2^-104.
func (a pair) times(b pair) pair {
	p := product(a.hi, b.hi)
	p.lo += float64(a.hi*b.lo) + float64(a.lo*b.hi)
	hi := p.hi + p.lo
	return pair{hi, p.lo - (hi - p.hi)}
}

// The series of (sin r - r)/r^3 and (cos r - 1)/r^2 in q = r^2.
var (
	sinTerms, sinTail = terms(3)
	cosTerms, cosTail = terms(2)
)

// terms returns the coefficients -1/n!, 1/(n+2)!, ... from n = first on.
func terms(first int) (lead [4]pair, tail [6]float64) {
	f, sign := 1.0, -1.0 // n!, exact up to 18!
	n := 1
	for k := range len(lead) + len(tail) {
		for ; n <= first+2*k; n++ {
			f *= float64(n)
		}
		if k < len(lead) {
			hi := sign / f
			lead[k] = pair{hi, math.FMA(-hi, f, sign) / f}
		} else {
			tail[k-len(lead)] = sign / f
		}
		sign = -sign
	}
	return lead, tail
}

// series is Horner's scheme: the tail is small enough for plain numbers.
func series(q pair, lead []pair, tail []float64) pair {
	t := 0.0
	for k := len(tail) - 1; k >= 0; k-- {
		t = float64(t*q.hi) + tail[k]
	}
	s := pair{hi: t}
	for k := len(lead) - 1; k >= 0; k-- {
		s = q.times(s).plus(lead[k])
	}
	return s
}
