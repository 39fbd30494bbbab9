#ifndef SOUPTAP_CZLIB_SHIM_H
#define SOUPTAP_CZLIB_SHIM_H
#include <zlib.h>
#endif
