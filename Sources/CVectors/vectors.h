// What the machine does with vectors and Swift has no name for.

#include <stdint.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// Sixteen bytes: Swift's SIMD16<UInt8>.
typedef uint8_t souptap_bytes __attribute__((ext_vector_type(16)));

// The highest bit of each byte, that of the first byte lowest.
static inline uint32_t souptap_top_bits(souptap_bytes bytes)
{
#if defined(__SSE2__)
  return (uint32_t)_mm_movemask_epi8((__m128i)bytes);
#else
  uint32_t bits = 0;
  for (int i = 0; i < 16; i++) bits |= (uint32_t)(bytes[i] >> 7) << i;
  return bits;
#endif
}
