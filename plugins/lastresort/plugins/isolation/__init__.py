"""Code of plugins in processes of their own: a process that has imported a plugin does nothing for anybody else.

Between the processes go JSON documents and files as bytes; nothing is unpickled. A process that is silent for too long
is ended from outside, whatever its code does to signals, threads or loops in C.
"""
