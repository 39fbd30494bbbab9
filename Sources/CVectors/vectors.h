// What the machine does with vectors and caches and Swift has no name for.

#include <stdint.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

// Sixteen bytes: Swift's SIMD16<UInt8>.
typedef uint8_t souptap_bytes __attribute__((ext_vector_type(16)));
// Four numbers: Swift's SIMD4<UInt32>.
typedef uint32_t souptap_words __attribute__((ext_vector_type(4)));

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

// Whether one of four numbers is this one.
static inline int souptap_holds(souptap_words words, uint32_t number)
{
#if defined(__SSE2__)
  __m128i equal = _mm_cmpeq_epi32((__m128i)words, _mm_set1_epi32((int)number));
  return _mm_movemask_epi8(equal) != 0;
#else
  return words[0] == number || words[1] == number || words[2] == number || words[3] == number;
#endif
}

// Asks for the cache line of an address, which is going to be written.
static inline void souptap_prefetch(const void *address) { __builtin_prefetch(address, 1); }
