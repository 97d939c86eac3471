package miniworld

import "math"

// The arithmetic of the original in its order of operations, so that a seed
// names the same world to the last bit. Products are converted to float64 where
// a compiler could fuse them with a sum.

// pi is a variable so that expressions with it are rounded at every operation,
// as in Python, and not folded exactly.
var pi float64 = math.Pi

// norm2 is the length of (x, 0, z) as np.linalg.norm computes it of one vector:
// the sum of squares goes through BLAS, which fuses.
func norm2(x, z float64) float64 {
	return math.Sqrt(math.FMA(z, z, float64(x*x)))
}

// norm3 is the length of (x, y, z), as norm2.
func norm3(x, y, z float64) float64 {
	return math.Sqrt(math.FMA(z, z, math.FMA(y, y, float64(x*x))))
}

// rowNorm is the length of (x, 0, z) as np.linalg.norm computes it of the rows
// of a matrix: without fusing.
func rowNorm(x, z float64) float64 {
	return math.Sqrt(float64(x*x) + float64(z*z))
}

// dot2 is the plain product of (ax, 0, az) and (bx, 0, bz).
func dot2(ax, az, bx, bz float64) float64 {
	return float64(ax*bx) + float64(az*bz)
}

// pairwiseSum is np.sum: NumPy adds eight interleaved partial sums and halves
// what is longer than 128.
func pairwiseSum(v []float64) float64 {
	n := len(v)
	switch {
	case n < 8:
		var s float64
		for _, x := range v {
			s += x
		}
		return s
	case n <= 128:
		var r [8]float64
		copy(r[:], v)
		i := 8
		for ; i < n-n%8; i += 8 {
			for k := range r {
				r[k] += v[i+k]
			}
		}
		s := ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]))
		for ; i < n; i++ {
			s += v[i]
		}
		return s
	}
	half := n / 2
	half -= half % 8
	return pairwiseSum(v[:half]) + pairwiseSum(v[half:])
}
