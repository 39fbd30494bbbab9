print("souptap")
