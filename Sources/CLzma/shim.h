#ifndef SOUPTAP_CLZMA_SHIM_H
#define SOUPTAP_CLZMA_SHIM_H
#include <lzma.h>
#endif
