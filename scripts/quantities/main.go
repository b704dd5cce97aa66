// Prints what Kubernetes' own code makes of a few thousand quantities, as the golden file that
// test/unit/policy/quantity.test.ts holds src/policy/quantity.ts to. The random part has a fixed seed, so the output
// changes only with this file and go.mod.
//
//	cd scripts/quantities && CGO_ENABLED=0 go run . > ../../test/fixtures/quantities.json
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"os"
	"strings"

	"gopkg.in/inf.v0"
	"k8s.io/apimachinery/pkg/api/resource"
)

const (
	randomQuantities = 1800
	randomPairs      = 1200
)

func main() {
	random := rand.New(rand.NewPCG(1, 2))
	inputs := unique(append(picked(), randomInputs(random)...))

	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	fmt.Fprintln(out, `{`)
	fmt.Fprintln(out, `  "source": "k8s.io/apimachinery v0.37.1; written by scripts/quantities",`)
	fmt.Fprintln(out, `  "quantityColumns": ["input", "canonical", "value", "milliValue", "nano", "roundedUpToMilli"],`)
	fmt.Fprintln(out, `  "quantities": [`)
	var valid []string
	rows := make([][]any, 0, len(inputs))
	for _, input := range inputs {
		row, ok := quantityRow(input)
		if ok {
			valid = append(valid, input)
		}
		rows = append(rows, row)
	}
	printRows(out, rows)
	fmt.Fprintln(out, `  ],`)
	fmt.Fprintln(out, `  "pairColumns": ["a", "b", "cmp", "sum"],`)
	fmt.Fprintln(out, `  "pairs": [`)
	printRows(out, pairRows(random, valid))
	fmt.Fprintln(out, `  ]`)
	fmt.Fprintln(out, `}`)
}

// quantityRow is the input alone when it is no quantity.
func quantityRow(input string) ([]any, bool) {
	quantity, err := resource.ParseQuantity(input)
	if err != nil {
		return []any{input}, false
	}
	nano := nanoOf(quantity)
	rounded := quantity.DeepCopy()
	rounded.RoundUp(resource.Milli)
	return []any{
		input,
		canonical(quantity),
		ifFits(nano, resource.Giga, quantity.Value),
		ifFits(nano, resource.Mega, quantity.MilliValue),
		nano.String(),
		canonical(rounded),
	}, true
}

func pairRows(random *rand.Rand, valid []string) [][]any {
	var rows [][]any
	for _, pair := range pickedPairs() {
		rows = append(rows, pairRow(pair[0], pair[1]))
	}
	for range randomPairs {
		rows = append(rows, pairRow(valid[random.IntN(len(valid))], valid[random.IntN(len(valid))]))
	}
	return rows
}

func pairRow(left, right string) []any {
	a, b := resource.MustParse(left), resource.MustParse(right)
	cmp := a.Cmp(b)
	sum := a.DeepCopy()
	sum.Add(b)
	return []any{left, right, cmp, canonical(sum)}
}

// canonical is computed from the amount: Quantity.String would repeat an input that looks canonical enough, such as "+5",
// "005" and "1.500". It is left out beyond E, where Kubernetes has no suffix and prints none: 1000E comes out as 1.
func canonical(quantity resource.Quantity) any {
	if _, exponent := quantity.AsCanonicalBytes(nil); quantity.Format == resource.DecimalSI && exponent > int32(resource.Exa) {
		return nil
	}
	number, suffix := quantity.CanonicalizeBytes(nil)
	return string(number) + string(suffix)
}

// nanoOf is the amount in units of 10^-9, the finest that a Quantity keeps.
func nanoOf(quantity resource.Quantity) *big.Int {
	copied := quantity.DeepCopy()
	dec := copied.AsDec()
	nano := new(inf.Dec).Round(dec, inf.Scale(-resource.Nano), inf.RoundExact)
	if nano == nil {
		panic("a quantity finer than nano: " + dec.String())
	}
	return nano.UnscaledBig()
}

// ifFits leaves out what Kubernetes says may overflow, Value and MilliValue beyond 64 bits; and amounts below zero, for
// which scaledValue goes wrong earlier. No resource may be negative.
func ifFits(nano *big.Int, unit resource.Scale, value func() int64) any {
	divisor := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(unit)), nil)
	truncated := new(big.Int).Quo(nano, divisor)
	if nano.Sign() < 0 || !truncated.Add(truncated, big.NewInt(1)).IsInt64() {
		return nil
	}
	return fmt.Sprint(value())
}

var suffixes = []string{
	"", "n", "u", "m", "k", "M", "G", "T", "P", "E", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei",
	"e0", "e1", "e2", "e3", "e-3", "e-9", "e+6", "E5", "E-1", "E+2", "e18", "e00",
}

// picked holds what somebody would write, and the edges: every number with every suffix, and strings that are no quantity.
func picked() []string {
	var inputs []string
	for _, number := range []string{
		"0", "1", "-1", "+1", "007", "1.5", ".5", "5.", "-.5", "0.001", "1000", "1024", "1023", "1025", "512", "1536",
		"0.000000001", "0.0000000001", "999999999", "12345678901234567890",
	} {
		for _, suffix := range suffixes {
			inputs = append(inputs, number+suffix)
		}
	}
	return append(inputs,
		// as people write them
		"100m", "250m", "0.1", "0.25", "128Mi", "1.5Gi", "64M", "2e3", "1e9", "129e6", "123Mi", "128974848", "128974848000m",
		"1.1Gi", "0.1Gi", "0.5Mi", "10.5Ki", "100.001Ki", "1500Ki", "1048576Ki", "1048577Ki",
		// around 64 bits
		"9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
		"9223372036854775", "9223372036854776", "9223372036854775.807", "9223372036854775807m", "9223372036854775808m",
		"7Ei", "8Ei", "9Ei", "-8Ei", "-9Ei", "7.9Ei", "9007199254740992Ki", "9007199254740993Ki", "8388608Ti", "100000000000Ti",
		"9E", "9.3E", "10E", "100E", "0.5E", "999999999999999999", "9999999999999999999", "123456789.123456789",
		"1e19", "1e20", "1e30", "1e99", "1e100", "-1e25", "1.0000000001e10", "1e-10", "1e-100", "-1e-10", "0e0", "0e100",
		// finer than nano
		"1.0000000001", "0.9999999999", "-0.0000000001", "1.1n", "0.1n", "0.01u", "0.0000001m", "0.00000000001Ki",
		"-0.00000000001Ki", "0.0001Ki", "-0.0001Ki", "0.0009765625Ki", "0.00097656251Ki",
		"00000000000000000000000000001", "0000000.00000000000000000001", "1.00000000000000000000000000000",
		"1000000000000000000000000000000", "-1000000000000000000000000000000Ki", "0Ki", "-0", "+0", "-0Mi", "00.00Gi", "000e3",
		// no number
		"", " ", "+", "-", ".", "+.", "-.", "m", "Ki", "k", "e3", ".Ki", "+m", "i", "E", "e",
		// no suffix
		"1i", "1K", "1ki", "1mi", "1gi", "1KI", "1kI", "1Kib", "1KB", "1B", "1g", "1t", "1p", "1U", "1N", "1h", "1Zi", "1Z",
		"1nm", "1mm", "1Kim", "1mKi", "1e", "1e+", "1e-", "1E+", "1e1.5", "1e3Ki", "1e3m", "1Ki3", "1m3", "1ee3", "1eE3",
		"1e3e3", "1e 3", "1_000", "1,000", "1,5", "0x10", "0b1", "0o7", "1e0x1", "NaN", "Inf", "-Inf", "infinity", "null", "true",
		// no shape
		" 1", "1 ", "1\n", "\t1", "1 Gi", "- 1", "--1", "+-1", "-+1", "1-", "1+", "1.1.1", "1..1", "..1", "1.1.", "1.-1",
		"1Gi ", "1\u00a0Gi", "１", "٣", "1µ", "1Ｇi", "100%", "$1", "~", "\"1\"", "1;", "one",
	)
}

func pickedPairs() [][2]string {
	return [][2]string{
		{"1", "1000m"}, {"1", "999m"}, {"1Ki", "1024"}, {"1Ki", "1k"}, {"1Gi", "1G"}, {"1G", "1Gi"}, {"0", "1Ki"}, {"1Ki", "0"},
		{"0", "1e3"}, {"0e3", "1Ki"}, {"0Ki", "5m"}, {"1e3", "1k"}, {"-1", "1"}, {"1Ki", "-1Ki"}, {"1Ki", "1m"}, {"1m", "1Ki"},
		{"9223372036854775807", "1"}, {"9223372036854775807", "9223372036854775807"}, {"7Ei", "7Ei"}, {"8Ei", "8Ei"}, {"1n", "1E"},
		{"1E", "1n"}, {"1e30", "1"}, {"1e-9", "1n"}, {"0.1", "100m"}, {"0.5Ki", "512"}, {"0.1Ki", "0.9Ki"}, {"1023", "1"},
		{"1000", "24Ki"}, {"1u", "999999n"}, {"-0", "0"}, {"-1n", "0"}, {"-8Ei", "8Ei"}, {"12345678901234567890", "-1"},
	}
}

func randomInputs(random *rand.Rand) []string {
	inputs := make([]string, 0, randomQuantities)
	for range randomQuantities {
		input := choose(random, "", "", "", "-", "+") + randomDigits(random, 14)
		switch random.IntN(4) {
		case 0:
			input += "." + randomDigits(random, 11)
		case 1:
			input += choose(random, "", "", ".")
		}
		if random.IntN(3) == 0 {
			input += fmt.Sprintf("%s%d", choose(random, "e", "E", "e+", "E-"), random.IntN(24))
		} else {
			input += choose(random, suffixes...)
		}
		if random.IntN(12) == 0 {
			at := random.IntN(len(input) + 1)
			input = input[:at] + choose(random, "i", "e", "E", "K", "m", "-", "+", ".", " ", "x") + input[at:]
		}
		inputs = append(inputs, input)
	}
	return inputs
}

func randomDigits(random *rand.Rand, most int) string {
	digits := new(strings.Builder)
	for range 1 + random.IntN(1+random.IntN(most)) {
		// Many zeros, because trailing ones decide the suffix.
		digits.WriteString(choose(random, "0", "0", "0", "1", "2", "4", "5", "8", "9"))
	}
	return digits.String()
}

func choose(random *rand.Rand, from ...string) string {
	return from[random.IntN(len(from))]
}

func unique(inputs []string) []string {
	seen := map[string]bool{}
	var kept []string
	for _, input := range inputs {
		if !seen[input] {
			kept = append(kept, input)
		}
		seen[input] = true
	}
	return kept
}

func printRows(out *bufio.Writer, rows [][]any) {
	for index, row := range rows {
		line, err := json.Marshal(row)
		if err != nil {
			panic(err)
		}
		comma := ","
		if index == len(rows)-1 {
			comma = ""
		}
		fmt.Fprintf(out, "    %s%s\n", line, comma)
	}
}
