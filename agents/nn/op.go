package nn

// op names an operation in a node; backwardTable has the function that differentiates it.
type op uint8

const (
	opInput op = iota
	opParam
	opView
	opLinear
	opUnary
	opClamp
	opAdd
	opSub
	opMul
	opDiv
	opMax
	opMin
	opScale
	opWhere
	opSum
	opRowSum
	opColumnSum
	opRowMax
	opLogSumExp
	opSegmentSum
	opCumulativeSum
	opGather
	opRows
	opColumns
	opConcatColumns
	opConcatRows
	opTranspose
	opMatMul
	opSoftmax
	opLogSoftmax
	opCategorical
	opConv
	opMaxPool
	opLayerNorm
	opDensity
	opRowsSum
	opMeet
	opCount
)

// backwardTable returns, for every operation, the function that adds its part to the gradients of its inputs. It may use the
// node's own gradient as scratch memory.
func backwardTable[T Float]() *[opCount]func(*TapeOf[T], *node[T]) {
	return &[opCount]func(*TapeOf[T], *node[T]){
		opLinear:        (*TapeOf[T]).linearBackward,
		opUnary:         (*TapeOf[T]).unaryBackward,
		opClamp:         (*TapeOf[T]).clampBackward,
		opAdd:           (*TapeOf[T]).addBackward,
		opSub:           (*TapeOf[T]).subBackward,
		opMul:           (*TapeOf[T]).mulBackward,
		opDiv:           (*TapeOf[T]).divBackward,
		opMax:           (*TapeOf[T]).extremeBackward,
		opMin:           (*TapeOf[T]).extremeBackward,
		opScale:         (*TapeOf[T]).scaleBackward,
		opWhere:         (*TapeOf[T]).whereBackward,
		opSum:           (*TapeOf[T]).sumBackward,
		opRowSum:        (*TapeOf[T]).rowSumBackward,
		opColumnSum:     (*TapeOf[T]).columnSumBackward,
		opRowMax:        (*TapeOf[T]).gatherBackward,
		opLogSumExp:     (*TapeOf[T]).logSumExpBackward,
		opSegmentSum:    (*TapeOf[T]).segmentSumBackward,
		opCumulativeSum: (*TapeOf[T]).cumulativeSumBackward,
		opGather:        (*TapeOf[T]).gatherBackward,
		opRows:          (*TapeOf[T]).rowsBackward,
		opColumns:       (*TapeOf[T]).columnsBackward,
		opConcatColumns: (*TapeOf[T]).concatColumnsBackward,
		opConcatRows:    (*TapeOf[T]).concatRowsBackward,
		opTranspose:     (*TapeOf[T]).transposeBackward,
		opMatMul:        (*TapeOf[T]).matMulBackward,
		opSoftmax:       (*TapeOf[T]).softmaxBackward,
		opLogSoftmax:    (*TapeOf[T]).logSoftmaxBackward,
		opCategorical:   (*TapeOf[T]).categoricalBackward,
		opConv:          (*TapeOf[T]).convBackward,
		opMaxPool:       (*TapeOf[T]).maxPoolBackward,
		opLayerNorm:     (*TapeOf[T]).layerNormBackward,
		opDensity:       (*TapeOf[T]).densityBackward,
		opRowsSum:       (*TapeOf[T]).rowsSumBackward,
		opMeet:          (*TapeOf[T]).meetBackward,
	}
}
